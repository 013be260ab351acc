import { expect, test } from 'vitest';
import { Graph, type Tensor } from '../program/graph.js';
import { evaluate } from '../testing/evaluate.js';
import { logSoftmax, softmax } from './softmax.js';

function rows(build: (x: Tensor) => Tensor, shape: number[], data: number[]): number[] {
  const graph = new Graph();
  const x = graph.input('float', shape);
  return evaluate(graph, build(x), [{ tensor: x, shape, data }]).data;
}

// Σ e^x of the first row is 1 + 2 + 5 = 8, of the second 4.
const logits = [0, Math.log(2), Math.log(5), 0, Math.log(2), 0];
const probabilities = [1 / 8, 2 / 8, 5 / 8, 1 / 4, 2 / 4, 1 / 4];

test('each row adds up to one', () => {
  rows(softmax, [2, 3], logits).forEach((value, i) => expect(value).toBeCloseTo(probabilities[i], 14));
});

test('logSoftmax is the logarithm', () => {
  rows(logSoftmax, [2, 3], logits).forEach((value, i) => expect(value).toBeCloseTo(Math.log(probabilities[i]), 14));
});

test.each([1e4, -1e4, 1e300])('logits around %s neither overflow nor vanish', (offset) => {
  const data = [offset, offset, -1e308];
  expect(rows(softmax, [1, 3], data)).toEqual([0.5, 0.5, 0]);
  const [first, second, last] = rows(logSoftmax, [1, 3], data);
  expect(first).toBeCloseTo(-Math.LN2, 14);
  expect(second).toBe(first);
  // Not −∞: the logarithm of a probability that underflows is still known.
  expect(last).toBeLessThan(-1e307);
  expect(Number.isFinite(last)).toBe(true);
});

test('masking with a large negative number gives exact zeros', () => {
  expect(rows(softmax, [3], [3, -1e9, 3])).toEqual([0.5, 0, 0.5]);
});

test('only floats with an axis', () => {
  const graph = new Graph();
  expect(() => softmax(graph.input('int', [2]))).toThrow('softmax: expected a float of rank ≥ 1');
  expect(() => logSoftmax(graph.input('float', []))).toThrow('logSoftmax: expected a float of rank ≥ 1');
});
