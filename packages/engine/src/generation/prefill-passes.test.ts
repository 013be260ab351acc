import { expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { prefillPasses } from './prefill-passes.js';

test('equal prompts are one pass, until it is full', () => {
  expect(prefillPasses([10, 10, 10])).toEqual([{ from: 0, to: 3 }]);
  expect(prefillPasses(new Array(5).fill(1000))).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
    { from: 4, to: 5 },
  ]);
  expect(prefillPasses([5000])).toEqual([{ from: 0, to: 1 }]);
  expect(prefillPasses([])).toEqual([]);
});

test('every prompt is in one pass, and padding stays small', () => {
  const random = createRandom(3);
  const lengths = Array.from({ length: 200 }, () => 1 + random.integer(random.integer(900) + 1)).sort((a, b) => a - b);
  const passes = prefillPasses(lengths);
  expect(passes.flatMap(({ from, to }) => lengths.slice(from, to))).toEqual(lengths);
  for (const { from, to } of passes) {
    const own = lengths.slice(from, to);
    const tokens = own.reduce((sum, length) => sum + length, 0);
    const padded = own.length * own[own.length - 1];
    expect(padded).toBeLessThanOrEqual(2048);
    expect(padded - tokens).toBeLessThanOrEqual(Math.max(128, tokens / 4));
  }
});
