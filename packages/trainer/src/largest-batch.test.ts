import { expect, test } from 'vitest';
import type { TokenBatch } from '@profit-sft/core';
import { largestBatch } from './largest-batch.js';

const batch = (rows: number, columns: number, length: number): TokenBatch =>
  ({ rows, columns, scored: { length } }) as unknown as TokenBatch;

test('the most tokens and the most scored ones, of whichever batch', () => {
  const steps = [[batch(1, 100, 90), batch(3, 50, 10)], [batch(2, 60, 20)]];
  expect(largestBatch((step) => steps[step - 1], 2)).toEqual({ rows: 3, columns: 50, scored: 90 });
});

test('long runs are not read to their end', () => {
  let asked = 0;
  largestBatch(() => {
    asked++;
    return [batch(1, 1, 1)];
  }, 1e9);
  expect(asked).toBe(1000);
});
