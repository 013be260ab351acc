import { describe, expect, test } from 'vitest';
import { Graph } from '../program/graph.js';
import { evaluate } from '../testing/evaluate.js';
import { matmul } from './matmul.js';

// [[1, 2, 3], [4, 5, 6]] · [[7, 8], [9, 10], [11, 12]], worked by hand.
const left = { plain: [1, 2, 3, 4, 5, 6], transposed: [1, 4, 2, 5, 3, 6] };
const right = { plain: [7, 8, 9, 10, 11, 12], transposed: [7, 9, 11, 8, 10, 12] };
const product = [58, 64, 139, 154];

describe.each([[[]], [[2]], [[2, 1, 3]]])('batch axes %j', (batch: number[]) => {
  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('transposes %s and %s', (transposeA, transposeB) => {
    const graph = new Graph();
    const count = batch.reduce((size, axis) => size * axis, 1);
    const shapeA = [...batch, ...(transposeA ? [3, 2] : [2, 3])];
    const shapeB = [...batch, ...(transposeB ? [2, 3] : [3, 2])];
    const a = graph.input('float', shapeA);
    const b = graph.input('float', shapeB);
    // Matrix number n of the batch has its left operand scaled by n + 1.
    const repeat = (values: number[], scale: (n: number) => number): number[] =>
      Array.from({ length: count }, (_, n) => values.map((value) => value * scale(n))).flat();
    expect(
      evaluate(graph, matmul(a, b, { transposeA, transposeB }), [
        { tensor: a, shape: shapeA, data: repeat(transposeA ? left.transposed : left.plain, (n) => n + 1) },
        { tensor: b, shape: shapeB, data: repeat(transposeB ? right.transposed : right.plain, () => 1) },
      ]),
    ).toEqual({ shape: [...batch, 2, 2], data: repeat(product, (n) => n + 1) });
  });
});

test('an inner size of 0 gives zeros', () => {
  const graph = new Graph();
  const a = graph.input('float', [2, 'n']);
  const b = graph.input('float', ['n', 1]);
  expect(
    evaluate(graph, matmul(a, b), [
      { tensor: a, shape: [2, 0], data: [] },
      { tensor: b, shape: [0, 1], data: [] },
    ]).data,
  ).toEqual([0, 0]);
});

test('operands that do not fit are refused, with both shapes', () => {
  const graph = new Graph();
  const a = graph.input('float', ['n', 3]);
  const b = graph.input('float', [4, 3]);
  expect(() => matmul(a, b)).toThrow('matmul: [n, 3] · [4, 3] does not fit');
  expect(() => matmul(a, b, { transposeA: true, transposeB: true })).toThrow('matmul: [n, 3]ᵀ · [4, 3]ᵀ does not fit');
  expect(matmul(a, b, { transposeB: true }).shape).toEqual(['n', 4]);
  expect(() => matmul(graph.input('float', [2, 2, 3]), graph.input('float', [1, 3, 2]))).toThrow('does not fit');
  expect(() => matmul(a, graph.input('float', [3]))).toThrow('needs equal ranks of at least 2');
  expect(() => matmul(graph.input('float', [3]), graph.input('float', [3]))).toThrow('at least 2');
  expect(() => matmul(a, graph.input('int', [3, 2]))).toThrow('matmul: [n, 3] · [3, 2] is not float');
});
