import { expect, test } from 'vitest';
import { memoryLine } from './memory-line.js';

test('the sum, its parts by size, and what is computed again', () => {
  const parts = [
    { name: 'weights', bytes: 300 * 2 ** 20 },
    { name: 'moments', bytes: 2 ** 30 },
  ];
  expect(memoryLine({ parts, total: 1324 * 2 ** 20, notes: ['4 of 6 layers are computed again'] })).toBe(
    'memory: 1.29 GiB = moments 1.00 GiB, weights 300 MiB\n        4 of 6 layers are computed again',
  );
});
