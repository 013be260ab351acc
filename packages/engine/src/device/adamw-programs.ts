import { add, divide, Graph, multiply, reduceSum, reshape, sqrt, subtract, type Program } from '@profit-sft/graph';

/** The numbers of one step, [1] each; see `AdamwStep`. `keep` is 1 − learning rate · weight decay. */
export const adamwNumbers = [
  'scale',
  'keep',
  'rate',
  'beta1',
  'fresh1',
  'beta2',
  'fresh2',
  'inverseRoot2',
  'epsilon',
] as const;

function axes(rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `d${axis}`);
}

/** `weight`, `gradient`, `first`, `second` and the numbers → `newWeight`, `newFirst`, `newSecond` (arXiv 1711.05101). */
export function adamwProgram(rank: number): Program {
  const graph = new Graph();
  const array = () => graph.input('float', axes(rank));
  const arrays = { weight: array(), gradient: array(), first: array(), second: array() };
  const number = () => graph.input('float', [1]);
  const numbers = {
    ...{ scale: number(), keep: number(), rate: number(), beta1: number(), fresh1: number() },
    ...{ beta2: number(), fresh2: number(), inverseRoot2: number(), epsilon: number() },
  };
  const gradient = multiply(arrays.gradient, numbers.scale);
  const newFirst = add(multiply(arrays.first, numbers.beta1), multiply(gradient, numbers.fresh1));
  const newSecond = add(multiply(arrays.second, numbers.beta2), multiply(multiply(gradient, gradient), numbers.fresh2));
  const size = add(multiply(sqrt(newSecond), numbers.inverseRoot2), numbers.epsilon);
  const newWeight = subtract(multiply(arrays.weight, numbers.keep), multiply(divide(newFirst, size), numbers.rate));
  return graph.program(`adamw of rank ${rank}`, { ...arrays, ...numbers }, { newWeight, newFirst, newSecond });
}

/** `x`, `total` [1] → `newTotal` [1] = total + Σ x²; axis by axis, so that many sums run at once. */
export function squaresProgram(rank: number): Program {
  const graph = new Graph();
  const x = graph.input('float', axes(rank));
  const total = graph.input('float', [1]);
  let sum = multiply(x, x);
  for (let axis = rank - 1; axis >= 0; axis--) sum = reduceSum(sum, [axis]);
  return graph.program(`squares of rank ${rank}`, { x, total }, { newTotal: add(total, reshape(sum, [1])) });
}
