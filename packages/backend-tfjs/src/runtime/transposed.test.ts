import { describe, expect, test } from 'vitest';
import { mergedTransposition } from './transposed.js';

function transpose(data: readonly number[], shape: readonly number[], order: readonly number[]): number[] {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  let offsets = [0];
  for (const axis of order) {
    offsets = offsets.flatMap((offset) => Array.from({ length: shape[axis] }, (_, i) => offset + i * strides[axis]));
  }
  return offsets.map((offset) => data[offset]);
}

describe('merged axes', () => {
  test.each<[string, number[], number[], number[], number[]]>([
    ['heads before tokens', [2, 5, 3, 4, 6], [0, 2, 3, 1, 4], [2, 5, 12, 6], [0, 2, 1, 3]],
    ['axes of size 1 between', [4, 1, 3, 1, 2], [2, 3, 4, 0, 1], [4, 6], [1, 0]],
    ['an axis of size 1 alone moves', [1, 5, 3], [1, 0, 2], [15], [0]],
    ['nothing moves', [2, 3], [0, 1], [6], [0]],
    ['all reversed', [2, 3, 4], [2, 1, 0], [2, 3, 4], [2, 1, 0]],
    ['only axes of size 1', [1, 1], [1, 0], [], []],
  ])('%s', (_name, shape, order, mergedShape, mergedOrder) => {
    const merged = mergedTransposition(shape, order);
    expect(merged).toEqual({ shape: mergedShape, order: mergedOrder });
    const data = Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i);
    expect(transpose(data, merged.shape, merged.order)).toEqual(transpose(data, shape, order));
  });
});
