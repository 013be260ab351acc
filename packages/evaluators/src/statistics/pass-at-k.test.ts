import { createRandom } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { passAtK } from './pass-at-k.js';

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);

test('is 1 − C(n−c, k) / C(n, k)', () => {
  for (const [n, c, k] of [
    [8, 0, 1],
    [8, 3, 1],
    [8, 3, 4],
    [32, 5, 8],
    [10, 10, 3],
    [10, 8, 3],
  ]) {
    const expected = n - c < k ? 1 : 1 - binomial(n - c, k) / binomial(n, k);
    expect(passAtK(n, c, k)).toBeCloseTo(expected, 12);
  }
  expect(passAtK(100_000, 3, 50_000)).toBeCloseTo(0.875, 4);
});

test('its mean over samples of n answers is the chance that one of k is correct', () => {
  const random = createRandom(5, 'pass');
  const [share, n, k] = [0.3, 8, 4];
  const estimates = Array.from({ length: 20_000 }, () => {
    const correct = Array.from({ length: n }, () => random.next() < share).filter(Boolean).length;
    return passAtK(n, correct, k);
  });
  const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length;
  expect(mean).toBeCloseTo(1 - (1 - share) ** k, 2);
});
