import { describe, expect, test } from 'vitest';
import type { Shape } from '../dimension/dimension.js';
import { Graph, type Tensor } from '../program/graph.js';
import { evaluate } from '../testing/evaluate.js';
import { constant } from './constant.js';
import {
  add,
  divide,
  exp,
  greater,
  log,
  multiply,
  negate,
  sigmoid,
  sqrt,
  subtract,
  tanh,
  where,
} from './elementwise.js';

function binary(
  build: (a: Tensor, b: Tensor) => Tensor,
  [shapeA, a]: [number[], number[]],
  [shapeB, b]: [number[], number[]],
): { shape: readonly number[]; data: number[] } {
  const graph = new Graph();
  const [left, right] = [graph.input('float', shapeA), graph.input('float', shapeB)];
  return evaluate(graph, build(left, right), [
    { tensor: left, shape: shapeA, data: a },
    { tensor: right, shape: shapeB, data: b },
  ]);
}

function unary(build: (x: Tensor) => Tensor, data: number[]): number[] {
  const graph = new Graph();
  const x = graph.input('float', [data.length]);
  return evaluate(graph, build(x), [{ tensor: x, shape: [data.length], data }]).data;
}

describe('values', () => {
  test('arithmetic of equal shapes', () => {
    const [a, b]: [number[], number[]][] = [
      [[2], [6, -1]],
      [[2], [4, 0.5]],
    ];
    expect(binary(add, a, b).data).toEqual([10, -0.5]);
    expect(binary(subtract, a, b).data).toEqual([2, -1.5]);
    expect(binary(multiply, a, b).data).toEqual([24, -0.5]);
    expect(binary(divide, a, b).data).toEqual([1.5, -2]);
    expect(binary(greater, [[3], [1, 2, 2]], [[3], [0, 2, 3]]).data).toEqual([1, 0, 0]);
  });

  test.each<[string, [number[], number[]], [number[], number[]], number[], number[]]>([
    [
      'scalar',
      [[], [10]],
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
      [2, 2],
      [9, 8, 7, 6],
    ],
    [
      'leading axis',
      [[2], [10, 20]],
      [
        [2, 2],
        [1, 2, 3, 4],
      ],
      [2, 2],
      [9, 18, 7, 16],
    ],
    [
      'size 1 on either side',
      [
        [2, 1],
        [10, 20],
      ],
      [
        [1, 3],
        [1, 2, 3],
      ],
      [2, 3],
      [9, 8, 7, 19, 18, 17],
    ],
    [
      'size 1 inside',
      [
        [2, 1, 2],
        [10, 20, 30, 40],
      ],
      [
        [2, 1],
        [1, 2],
      ],
      [2, 2, 2],
      [9, 19, 8, 18, 29, 39, 28, 38],
    ],
    ['no elements', [[0, 2], []], [[2], [1, 2]], [0, 2], []],
  ])('broadcasting: %s', (_name, a, b, shape, data) => {
    expect(binary(subtract, a, b)).toEqual({ shape, data });
  });

  test('functions of one value', () => {
    expect(unary(negate, [1, -2])).toEqual([-1, 2]);
    expect(unary(exp, [0, 1])).toEqual([1, Math.E]);
    expect(unary(log, [1, Math.E])).toEqual([0, 1]);
    expect(unary(sqrt, [4, 2])).toEqual([2, Math.SQRT2]);
    expect(unary(tanh, [0, 0.5])[1]).toBeCloseTo(0.46211715726, 11);
    expect(unary(sigmoid, [0, Math.log(3)])[1]).toBeCloseTo(0.75, 15);
    expect(unary(sigmoid, [-1000, 1000])).toEqual([0, 1]);
  });

  test('where takes each side where the condition says, broadcast', () => {
    const graph = new Graph();
    const condition = graph.input('bool', [2, 1]);
    const a = graph.input('float', [3]);
    expect(
      evaluate(graph, where(condition, a, constant(graph, -1)), [
        { tensor: condition, shape: [2, 1], data: [0, 1] },
        { tensor: a, shape: [3], data: [1, 2, 3] },
      ]),
    ).toEqual({ shape: [2, 3], data: [-1, -1, -1, 1, 2, 3] });
  });
});

describe('when a program is built', () => {
  test.each<[string, Shape, Shape]>([
    ['different sizes', [2, 3], [2, 4]],
    ['two symbols', ['n', 3], ['m', 3]],
    ['a symbol and a number', ['n'], [4]],
    ['misaligned ranks', [2, 3], [2]],
  ])('shapes that do not broadcast are refused: %s', (_name, a, b) => {
    const graph = new Graph();
    expect(() => add(graph.input('float', a), graph.input('float', b))).toThrow(
      `add: shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`,
    );
  });

  test('the result has the broadcast shape and type', () => {
    const graph = new Graph();
    const a = graph.input('float', ['n', 1, 2]);
    const b = graph.input('float', ['m', 1]);
    expect(multiply(a, b).shape).toEqual(['n', 'm', 2]);
    expect(greater(a, b)).toMatchObject({ type: 'bool', shape: ['n', 'm', 2] });
  });

  test('types are checked', () => {
    const graph = new Graph();
    const float = graph.input('float', [2]);
    const int = graph.input('int', [2]);
    const bool = graph.input('bool', [2]);
    expect(() => add(float, int)).toThrow('add: expected float, got int');
    expect(() => greater(bool, float)).toThrow('greater: expected float, got bool');
    expect(() => exp(int)).toThrow('exp: expected float, got int');
    expect(() => where(float, float, float)).toThrow('where: expected bool, got float');
    expect(() => where(bool, float, int)).toThrow('where: expected float, got int');
  });
});

describe('constant', () => {
  test.each([NaN, Infinity, -Infinity])('%s is refused: JSON cannot carry it', (value) => {
    expect(() => constant(new Graph(), value)).toThrow(`constant: ${value} is not finite`);
  });

  test('−0 is 0, as it is after a trip through JSON', () => {
    const graph = new Graph();
    expect(constant(graph, -0)).toBe(constant(graph, 0));
    expect(Object.is(constant(graph, -0).attributes.value, 0)).toBe(true);
  });
});
