import { add, concat, multiply, negate, slice, type Tensor } from '@profit-sft/graph';

/**
 * Rotary position embedding (arXiv 2104.09864) in the half-split layout of Hugging Face checkpoints:
 * x · cos + (−x₂, x₁) · sin, where x₁ and x₂ are the halves of the last axis.
 */
export function rotate(x: Tensor, cosine: Tensor, sine: Tensor): Tensor {
  const axis = x.shape.length - 1;
  const size = x.shape[axis] as number;
  const rotated = concat([negate(slice(x, axis, size / 2, size)), slice(x, axis, 0, size / 2)], axis);
  return add(multiply(x, cosine), multiply(rotated, sine));
}
