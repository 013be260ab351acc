import { add, constant, divide, multiply, reduceSum, sqrt, type Tensor } from '@profit-sft/graph';

/** Root-mean-square norm over the last axis (arXiv 1910.07467): x / √(mean(x²) + ε) · weight. */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  const axis = x.shape.length - 1;
  const size = x.shape[axis];
  if (typeof size !== 'number') throw new Error('rmsNorm: the normalised axis needs a fixed size');
  const meanSquare = multiply(reduceSum(multiply(x, x), [axis]), constant(x.graph, 1 / size));
  return multiply(divide(x, sqrt(add(meanSquare, constant(x.graph, epsilon)))), weight);
}
