import { expect, test } from 'vitest';
import { concat, Graph, reshape } from '@profit-sft/graph';
import { ProgramSizes } from './program-sizes.js';

const graph = new Graph();
const flat = graph.input('float', ['batch*sequence', 4]);
const like = graph.input('float', ['batch', 'sequence']);
const program = graph.program(
  'folded',
  { flat, like },
  { folded: reshape(flat, ['batch', 'sequence', 4]), twice: concat([flat, flat], 0) },
);
const sizesOf = (shapes: Record<string, number[]>): ProgramSizes => new ProgramSizes(program, (name) => shapes[name]);

test('symbols of a product come from a later input', () => {
  const sizes = sizesOf({ flat: [6, 4], like: [2, 3] });
  expect(sizes.of('batch')).toBe(2);
  expect(sizes.of('2*batch*sequence')).toBe(12);
  expect(sizes.of(7)).toBe(7);
});

test('a shape that does not fit is an error that names program and input', () => {
  expect(() => sizesOf({ flat: [6, 5], like: [2, 3] })).toThrow(
    'program "folded": input "flat" has shape [6, 5], expected [batch*sequence, 4]',
  );
  expect(() => sizesOf({ flat: [7, 4], like: [2, 3] })).toThrow('input "flat" has shape [7, 4]');
  expect(() => sizesOf({ flat: [6], like: [2, 3] })).toThrow('input "flat" has rank 1');
});
