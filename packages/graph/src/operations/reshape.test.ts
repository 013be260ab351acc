import { describe, expect, test } from 'vitest';
import type { Shape } from '../dimension/dimension.js';
import { Graph, type Tensor } from '../program/graph.js';
import { referenceArray, runReference } from '../reference/reference-runtime.js';
import { evaluate } from '../testing/evaluate.js';
import { broadcastTo, concat, pad, reshape, roll, slice, transpose } from './reshape.js';

function run(
  build: (x: Tensor) => Tensor,
  shape: number[],
  data: number[],
): { shape: readonly number[]; data: number[] } {
  const graph = new Graph();
  const x = graph.input('float', shape);
  return evaluate(graph, build(x), [{ tensor: x, shape, data }]);
}

const counting = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('reshape', () => {
  test('keeps the order', () => {
    expect(run((x) => reshape(x, [3, 2]), [2, 3], counting(6))).toEqual({ shape: [3, 2], data: counting(6) });
  });

  test('compares symbolic sizes', () => {
    const x = new Graph().input('float', ['batch*sequence', 6]);
    expect(reshape(x, ['sequence', 2, 'batch', 3]).shape).toEqual(['sequence', 2, 'batch', 3]);
    expect(reshape(x, ['sequence*batch', 6])).toBe(x);
    expect(() => reshape(x, ['batch', 6])).toThrow('reshape: [batch*sequence, 6] and [batch, 6] differ in size');
    expect(() => reshape(x, [12])).toThrow('differ in size');
  });
});

describe('transpose', () => {
  test('axis i of the result is axis order[i] of the input', () => {
    expect(run((x) => transpose(x, [1, 0]), [2, 3], counting(6))).toEqual({ shape: [3, 2], data: [1, 4, 2, 5, 3, 6] });
    // Input [2, 1, 3], order [2, 0, 1]: result[k, i, j] = input[i, j, k].
    expect(run((x) => transpose(x, [2, 0, 1]), [2, 1, 3], counting(6))).toEqual({
      shape: [3, 2, 1],
      data: [1, 4, 2, 5, 3, 6],
    });
  });

  test.each([[[0]], [[0, 0]], [[0, 2]], [[1, -1]]])('%j is no order of two axes', (order) => {
    expect(() => transpose(new Graph().input('float', [2, 3]), order)).toThrow(
      `transpose: [${order.join(', ')}] is not an order of 2 axes`,
    );
  });

  test('a later change of the given order does not reach the program', () => {
    const order = [1, 0];
    const result = transpose(new Graph().input('float', [2, 3]), order);
    order.reverse();
    expect(result.attributes.order).toEqual([1, 0]);
  });
});

describe('broadcastTo', () => {
  test('repeats size-1 and missing axes', () => {
    expect(run((x) => broadcastTo(x, [2, 2, 2]), [2, 1], [1, 2]).data).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });

  test('canonical and hand-written sizes are equal', () => {
    const x = new Graph().input('float', ['n*m', 1]);
    expect(broadcastTo(x, ['m*n', 2]).shape).toEqual(['m*n', 2]);
  });

  test.each<[Shape, Shape]>([
    [[3], [2]],
    [[2, 3], [3]],
    [['n'], [1]],
    [['n'], ['m']],
  ])('[%s] to [%s] is refused', (from, to) => {
    expect(() => broadcastTo(new Graph().input('float', from), to)).toThrow('broadcastTo: ');
  });
});

describe('slice and pad', () => {
  test('slice takes a range of one axis', () => {
    expect(run((x) => slice(x, 0, 1, 3), [3, 2], counting(6))).toEqual({ shape: [2, 2], data: [3, 4, 5, 6] });
    expect(run((x) => slice(x, 1, 1, 2), [2, 3], counting(6))).toEqual({ shape: [2, 1], data: [2, 5] });
    expect(run((x) => slice(x, 1, 1, 3), [2, 3, 2], counting(12)).data).toEqual([3, 4, 5, 6, 9, 10, 11, 12]);
    expect(run((x) => slice(x, 1, 2, 2), [2, 3], counting(6))).toEqual({ shape: [2, 0], data: [] });
  });

  test('slice with symbolic bounds', () => {
    const graph = new Graph();
    const x = graph.input('float', [2, 'past+new']);
    const like = graph.input('float', ['past', 'new']);
    const late = slice(x, 1, 'past', 'past+new');
    expect(late.shape).toEqual([2, 'new']);
    const program = graph.program('late', { x, like }, { late });
    expect(program.inputs.map((input) => input.name)).toEqual(['x', 'like']);
    const result = runReference(program, {
      x: referenceArray([2, 5], counting(10)),
      like: referenceArray([3, 2], new Array<number>(6).fill(0)),
    });
    expect(result.late).toEqual(referenceArray([2, 2], [4, 5, 9, 10]));
  });

  test('symbolic bounds outside the axis are refused when the program runs', () => {
    const graph = new Graph();
    const x = graph.input('float', ['n']);
    const like = graph.input('float', ['m']);
    const values = { x: referenceArray([3], [1, 2, 3]), like: referenceArray([4], [0, 0, 0, 0]) };
    const sliced = graph.program('sliced', { x, like }, { y: slice(x, 0, 0, 'm') });
    expect(() => runReference(sliced, values)).toThrow('slice: 0 to 4 is outside an axis of size 3');
    const padded = graph.program('padded', { x, like }, { y: pad(x, 0, 2, 'm') });
    expect(() => runReference(padded, values)).toThrow('pad: 2 to 5 is outside an axis of size 4');
  });

  test.each<[number[], number, number, number, number[]]>([
    [[2, 2], 0, 1, 4, [0, 0, 1, 2, 3, 4, 0, 0]],
    [[2, 2], 1, 1, 3, [0, 1, 2, 0, 3, 4]],
    [[2, 1, 2], 1, 0, 2, [1, 2, 0, 0, 3, 4, 0, 0]],
    [[2, 1, 2], 1, 1, 2, [0, 0, 1, 2, 0, 0, 3, 4]],
    [[1, 2, 1], 1, 2, 4, [0, 0, 1, 2]],
    [[1, 1], 0, 0, 1, [1]],
  ])('pad of shape %j on axis %i at %i of %i', (shape, axis, start, size, data) => {
    const count = shape.reduce((product, length) => product * length, 1);
    expect(run((x) => pad(x, axis, start, size), shape, counting(count)).data).toEqual(data);
  });

  test('ranges that cannot be are refused when the program is built', () => {
    const graph = new Graph();
    const x = graph.input('float', [4, 'n']);
    expect(() => slice(x, 0, 1, 5)).toThrow('slice: 1 to 5 is outside an axis of size 4');
    expect(() => slice(x, 0, -1, 2)).toThrow('slice: -1 to 2 is outside an axis of size 4');
    expect(() => slice(x, 0, 3, 2)).toThrow('slice: 3 to 2 is outside an axis of size 4');
    expect(() => slice(x, 1, 0, 'n+1')).toThrow('slice: 0 to n+1 is outside an axis of size n');
    expect(() => slice(x, 2, 0, 1)).toThrow('slice: axis 2 is outside shape [4, n]');
    expect(() => pad(x, 0, 1, 4)).toThrow('pad: 1 to 5 is outside an axis of size 4');
    expect(() => pad(x, -1, 0, 4)).toThrow('pad: axis -1 is outside shape [4, n]');
    expect(() => pad(graph.input('int', [1]), 0, 0, 2)).toThrow('pad: expected float, got int');
  });
});

describe('concat', () => {
  function joined(axis: number, ...parts: [number[], number[]][]): { shape: readonly number[]; data: number[] } {
    const graph = new Graph();
    const given = parts.map(([shape, data]) => ({ tensor: graph.input('float', shape), shape, data }));
    return evaluate(
      graph,
      concat(
        given.map(({ tensor }) => tensor),
        axis,
      ),
      given,
    );
  }

  test('joins along each axis, also of size 1', () => {
    expect(
      joined(
        0,
        [
          [1, 2],
          [1, 2],
        ],
        [
          [2, 2],
          [3, 4, 5, 6],
        ],
      ),
    ).toEqual({ shape: [3, 2], data: counting(6) });
    expect(
      joined(
        1,
        [
          [2, 1],
          [1, 2],
        ],
        [
          [2, 1],
          [3, 4],
        ],
      ),
    ).toEqual({ shape: [2, 2], data: [1, 3, 2, 4] });
    expect(
      joined(
        1,
        [
          [2, 1, 2],
          [1, 2, 3, 4],
        ],
        [
          [2, 2, 2],
          [5, 6, 7, 8, 9, 10, 11, 12],
        ],
      ).data,
    ).toEqual([1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12]);
    expect(
      joined(
        1,
        [[1, 1, 1], [1]],
        [[1, 0, 1], []],
        [
          [1, 2, 1],
          [2, 3],
        ],
      ),
    ).toEqual({ shape: [1, 3, 1], data: [1, 2, 3] });
  });

  test('adds symbolic sizes', () => {
    const graph = new Graph();
    const [past, current] = [graph.input('float', ['past', 4]), graph.input('float', ['new', 4])];
    expect(concat([past, current, past], 0).shape).toEqual(['new+2*past', 4]);
  });

  test('what does not fit is refused', () => {
    const graph = new Graph();
    const x = graph.input('float', [2, 3]);
    expect(() => concat([], 0)).toThrow('concat: no tensors');
    expect(() => concat([x], 2)).toThrow('concat: axis 2 is outside shape [2, 3]');
    expect(() => concat([x, graph.input('float', [2, 4])], 0)).toThrow('concat: [2, 4] does not join [2, 3]');
    expect(() => concat([x, graph.input('float', [2])], 0)).toThrow('concat: [2] does not join [2, 3]');
    expect(() => concat([x, graph.input('int', [2, 3])], 0)).toThrow('concat: [2, 3] does not join [2, 3]');
  });
});

describe('roll', () => {
  test('moves elements towards the end, those at the end to the front', () => {
    expect(run((x) => roll(x, 0, 2), [5], counting(5)).data).toEqual([3, 4, 0, 1, 2].map((i) => counting(5)[i]));
    expect(run((x) => roll(x, 1, 1), [2, 3], counting(6)).data).toEqual([2, 0, 1, 5, 3, 4].map((i) => counting(6)[i]));
  });

  test('refuses shifts outside the axis and axes without a fixed size', () => {
    expect(() => run((x) => roll(x, 0, 5), [5], counting(5))).toThrow(/shift 5 is not between 1 and 4/);
    expect(() => roll(new Graph().input('float', ['n']), 0, 1)).toThrow(/no fixed size/);
  });
});
