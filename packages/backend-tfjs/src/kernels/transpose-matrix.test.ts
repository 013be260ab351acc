import { expect, test } from 'vitest';
import { transposeMatrix } from './transpose-matrix.js';

// Sizes around the tile of 32.
test.each([
  [1, 1],
  [3, 5],
  [31, 33],
  [32, 64],
  [65, 2],
])('%i × %i', (rows, columns) => {
  const source = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const target = new Float32Array(source.length).fill(NaN);
  transposeMatrix(source, rows, columns, target);
  const expected = source.map((_, i) => source[(i % rows) * columns + Math.floor(i / rows)]);
  expect(target).toEqual(expected);
});
