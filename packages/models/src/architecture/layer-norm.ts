import { add, constant, divide, multiply, reduceSum, sqrt, subtract, type Tensor } from '@profit-sft/graph';

/** Layer norm over the last axis (arXiv 1607.06450): (x − mean(x)) / √(var(x) + ε) · weight + bias. */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  const axis = x.shape.length - 1;
  const size = x.shape[axis];
  if (typeof size !== 'number') throw new Error('layerNorm: the normalised axis needs a fixed size');
  const mean = (values: Tensor): Tensor => multiply(reduceSum(values, [axis]), constant(x.graph, 1 / size));
  const centred = subtract(x, mean(x));
  const variance = mean(multiply(centred, centred));
  return add(multiply(divide(centred, sqrt(add(variance, constant(x.graph, epsilon)))), weight), bias);
}
