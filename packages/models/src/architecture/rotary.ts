import { add, multiply, roll, type Tensor } from '@profit-sft/graph';

/**
 * Rotary position embedding (arXiv 2104.09864) in the half-split layout of Hugging Face checkpoints:
 * x · cos + (−x₂, x₁) · sin, where x₁ and x₂ are the halves of the last axis. The minus sign is expected in the table:
 * `signedSine` is (−sin, sin), so that the halves need only change places.
 */
export function rotate(x: Tensor, cosine: Tensor, signedSine: Tensor): Tensor {
  const axis = x.shape.length - 1;
  const half = (x.shape[axis] as number) / 2;
  return add(multiply(x, cosine), multiply(roll(x, axis, half), signedSine));
}
