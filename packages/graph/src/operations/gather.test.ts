import { describe, expect, test } from 'vitest';
import { Graph } from '../program/graph.js';
import { evaluate } from '../testing/evaluate.js';
import { gatherColumns, gatherRows, oneHot, scatterAddRows } from './gather.js';

test('gatherRows copies rows, repeated ones too', () => {
  const graph = new Graph();
  const table = graph.input('float', [3, 2]);
  const rows = graph.input('int', ['m']);
  const given = [
    { tensor: table, shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
    { tensor: rows, shape: [4], data: [2, 0, 2, 1] },
  ];
  expect(evaluate(graph, gatherRows(table, rows), given)).toEqual({ shape: [4, 2], data: [5, 6, 1, 2, 5, 6, 3, 4] });
});

test('scatterAddRows adds the rows that share an index', () => {
  const graph = new Graph();
  const updates = graph.input('float', [3, 2]);
  const rows = graph.input('int', [3]);
  const given = [
    { tensor: updates, shape: [3, 2], data: [1, 2, 10, 20, 100, 200] },
    { tensor: rows, shape: [3], data: [3, 1, 3] },
  ];
  expect(evaluate(graph, scatterAddRows(updates, rows, 4), given)).toEqual({
    shape: [4, 2],
    data: [0, 0, 10, 20, 0, 0, 101, 202],
  });
});

test('gatherColumns takes one element of each row', () => {
  const graph = new Graph();
  const x = graph.input('float', [3, 3]);
  const columns = graph.input('int', [3]);
  const given = [
    { tensor: x, shape: [3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { tensor: columns, shape: [3], data: [2, 0, 2] },
  ];
  expect(evaluate(graph, gatherColumns(x, columns), given)).toEqual({ shape: [3], data: [3, 4, 9] });
});

test('oneHot marks one column of each row', () => {
  const graph = new Graph();
  const columns = graph.input('int', ['m']);
  expect(evaluate(graph, oneHot(columns, 3), [{ tensor: columns, shape: [2], data: [1, 0] }])).toEqual({
    shape: [2, 3],
    data: [0, 1, 0, 1, 0, 0],
  });
});

describe('indices', () => {
  test.each([-1, 3, 0.5, NaN])('%s is refused when the program runs', (index) => {
    const graph = new Graph();
    const x = graph.input('float', [1, 3]);
    const table = graph.input('float', [3, 1]);
    const indices = graph.input('int', [1]);
    const at = { tensor: indices, shape: [1], data: [index] };
    const square = { tensor: x, shape: [1, 3], data: [1, 2, 3] };
    const message = `${index} is not an index of 3 elements`;
    expect(() =>
      evaluate(graph, gatherRows(table, indices), [{ tensor: table, shape: [3, 1], data: [1, 2, 3] }, at]),
    ).toThrow(`gatherRows: ${message}`);
    expect(() => evaluate(graph, gatherColumns(x, indices), [square, at])).toThrow(`gatherColumns: ${message}`);
    expect(() => evaluate(graph, scatterAddRows(x, indices, 3), [square, at])).toThrow(`scatterAddRows: ${message}`);
    expect(() => evaluate(graph, oneHot(indices, 3), [at])).toThrow(`oneHot: ${message}`);
  });

  test('have to be ints of rank 1 that fit', () => {
    const graph = new Graph();
    const x = graph.input('float', ['m', 3]);
    const floats = graph.input('float', ['m']);
    const matrix = graph.input('int', ['m', 2]);
    const others = graph.input('int', ['k']);
    const indices = graph.input('int', ['m']);
    for (const wrong of [floats, matrix]) {
      expect(() => gatherRows(x, wrong)).toThrow('gatherRows: expected a table of rank ≥ 1 and int indices of rank 1');
      expect(() => oneHot(wrong, 3)).toThrow('oneHot: expected int indices of rank 1');
    }
    for (const wrong of [floats, matrix, others]) {
      expect(() => gatherColumns(x, wrong)).toThrow('gatherColumns: expected [m, n] and one int index per row');
      expect(() => scatterAddRows(x, wrong, 3)).toThrow('scatterAddRows: expected one int index per row of updates');
    }
    expect(() => gatherColumns(graph.input('float', ['m']), indices)).toThrow('gatherColumns: expected [m, n]');
    expect(() => scatterAddRows(matrix, indices, 3)).toThrow('scatterAddRows: expected float updates, got int');
  });
});
