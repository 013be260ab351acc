import { add, matmul, type Tensor } from '@profit-sft/graph';

/** x Wᵀ + b with W in Hugging Face layout [out, in]; x [tokens, in]. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const product = matmul(x, weight, { transposeB: true });
  return bias === undefined ? product : add(product, bias);
}
