import { expect, test } from 'vitest';
import { add, exp } from '../operations/elementwise.js';
import { Graph } from '../program/graph.js';
import { referenceArray, runReference } from './reference-runtime.js';

function sumProgram(): ReturnType<Graph['program']> {
  const graph = new Graph();
  const a = graph.input('float', ['n*m']);
  const b = graph.input('float', ['n', 'm']);
  return graph.program('p', { a, b }, { ea: exp(a), sum: add(b, b) });
}

test('an array has as many elements as its shape says', () => {
  expect(referenceArray([2, 2], [1, 2, 3, 4]).data).toEqual(Float64Array.of(1, 2, 3, 4));
  expect(referenceArray([], [1]).shape).toEqual([]);
  expect(() => referenceArray([2, 2], [1, 2, 3])).toThrow('shape [2, 2] needs 4 elements, got 3');
});

test('the data is copied', () => {
  const data = Float64Array.of(1);
  const array = referenceArray([1], data);
  data[0] = 2;
  expect(array.data[0]).toBe(1);
});

test('composite sizes may come before the inputs that bind their symbols', () => {
  const result = runReference(sumProgram(), {
    a: referenceArray([6], [0, 0, 0, 0, 0, 0]),
    b: referenceArray([2, 3], [1, 2, 3, 4, 5, 6]),
  });
  expect(result.ea.data).toEqual(Float64Array.of(1, 1, 1, 1, 1, 1));
  expect(result.sum).toEqual(referenceArray([2, 3], [2, 4, 6, 8, 10, 12]));
});

test('missing inputs and wrong shapes are named', () => {
  const program = sumProgram();
  const b = referenceArray([2, 3], [1, 2, 3, 4, 5, 6]);
  expect(() => runReference(program, { b })).toThrow('program "p": input "a" is missing');
  expect(() => runReference(program, { a: referenceArray([5], [0, 0, 0, 0, 0]), b })).toThrow(
    'input "a" has shape [5], expected [m*n]',
  );
  expect(() => runReference(program, { a: referenceArray([2, 3], [1, 2, 3, 4, 5, 6]), b })).toThrow(
    'input "a" has rank 2, expected shape [m*n]',
  );
  expect(() => runReference(program, { a: referenceArray([1], [0]), b: referenceArray([1], [0]) })).toThrow(
    'input "b" has rank 1, expected shape [n, m]',
  );
});

test('an operation that does not exist is refused', () => {
  const program = sumProgram();
  const nodes = program.nodes.map((node) => ({ ...node, operation: 'erase' }));
  const values = { a: referenceArray([1], [0]), b: referenceArray([1, 1], [0]) };
  expect(() => runReference({ ...program, nodes }, values)).toThrow('unknown operation "erase"');
});
