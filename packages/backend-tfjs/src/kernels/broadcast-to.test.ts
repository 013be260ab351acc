import { expect, test } from 'vitest';
import { broadcastArray } from './broadcast-to.js';

function broadcast(source: readonly number[], sourceShape: readonly number[], shape: readonly number[]): number[] {
  const target = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(NaN);
  broadcastArray(Float32Array.from(source), sourceShape, target, shape);
  return [...target];
}

test.each<[string, number[], number[], number[], number[]]>([
  ['a number', [7], [1, 1], [2, 3], [7, 7, 7, 7, 7, 7]],
  ['a row', [1, 2, 3], [1, 3], [2, 3], [1, 2, 3, 1, 2, 3]],
  ['a column', [1, 2], [2, 1], [2, 3], [1, 1, 1, 2, 2, 2]],
  ['a middle axis', [1, 2, 3, 4], [2, 1, 2], [2, 2, 2], [1, 2, 1, 2, 3, 4, 3, 4]],
  ['axes apart', [1, 2], [1, 2, 1], [2, 2, 2], [1, 1, 2, 2, 1, 1, 2, 2]],
  ['nothing to repeat', [1, 2, 3, 4], [2, 2], [2, 2], [1, 2, 3, 4]],
  ['a scalar to a scalar', [5], [], [], [5]],
])('%s', (_name, source, sourceShape, shape, expected) => {
  expect(broadcast(source, sourceShape, shape)).toEqual(expected);
});
