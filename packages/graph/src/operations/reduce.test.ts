import { expect, test } from 'vitest';
import { Graph, type Tensor } from '../program/graph.js';
import { evaluate } from '../testing/evaluate.js';
import { argMax, reduceSum } from './reduce.js';

function run(
  build: (x: Tensor) => Tensor,
  shape: number[],
  data: number[],
): { shape: readonly number[]; data: number[] } {
  const graph = new Graph();
  const x = graph.input('float', shape);
  return evaluate(graph, build(x), [{ tensor: x, shape, data }]);
}

test.each<[number[], number[], number[]]>([
  [[0], [1, 2, 2], [6, 8, 10, 12]],
  [[1], [2, 1, 2], [4, 6, 12, 14]],
  [[2], [2, 2, 1], [3, 7, 11, 15]],
  [
    [0, 2],
    [1, 2, 1],
    [14, 22],
  ],
  [
    [2, 0],
    [1, 2, 1],
    [14, 22],
  ],
  [[0, 1, 2], [1, 1, 1], [36]],
])('reduceSum over axes %j', (axes, shape, data) => {
  expect(run((x) => reduceSum(x, axes), [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])).toEqual({ shape, data });
});

test('the sum of no elements is 0', () => {
  expect(run((x) => reduceSum(x, [1]), [2, 0], [])).toEqual({ shape: [2, 1], data: [0, 0] });
});

test('the order and repetition of axes do not matter, and no axes are no operation', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n', 2, 3]);
  expect(reduceSum(x, [2, 0, 2])).toBe(reduceSum(x, [0, 2]));
  expect(reduceSum(x, [0, 2]).shape).toEqual([1, 2, 1]);
  expect(reduceSum(x, [])).toBe(x);
});

test('argMax gives the first of equals and drops the axis', () => {
  expect(run(argMax, [3, 3], [1, 5, 2, 7, 0, 7, -3, -2, -1])).toEqual({ shape: [3], data: [1, 0, 2] });
  expect(argMax(new Graph().input('float', ['n', 4]))).toMatchObject({ type: 'int', shape: ['n'] });
});

test('axes that do not exist and wrong types are refused', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n', 3]);
  expect(() => reduceSum(x, [2])).toThrow('reduceSum: axis 2 is outside shape [n, 3]');
  expect(() => reduceSum(x, [-1])).toThrow('reduceSum: axis -1 is outside shape [n, 3]');
  expect(() => reduceSum(graph.input('int', [2]), [0])).toThrow('reduceSum: expected float, got int');
  expect(() => argMax(graph.input('float', []))).toThrow('argMax: expected a float of rank ≥ 1');
});
