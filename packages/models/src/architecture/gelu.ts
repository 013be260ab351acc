import { add, constant, multiply, sigmoid, type Tensor } from '@profit-sft/graph';

/**
 * GELU with the tanh approximation (arXiv 1606.08415), transformers' `gelu_new`: ½x(1 + tanh y) with
 * y = √(2/π)(x + 0.044715x³), which is x · sigmoid(2y).
 */
export function gelu(x: Tensor): Tensor {
  const number = (value: number): Tensor => constant(x.graph, value);
  const cubic = add(multiply(multiply(multiply(x, x), x), number(0.044715)), x);
  return multiply(x, sigmoid(multiply(cubic, number(2 * Math.sqrt(2 / Math.PI)))));
}
