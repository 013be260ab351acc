import { createRandom } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { holmCorrection } from './holm-correction.js';
import { meanAndError } from './mean-and-error.js';
import { pairedDifference } from './paired-difference.js';

test('mean and standard error; none of a single value', () => {
  expect(meanAndError([1, 2, 3, 4])).toEqual({ mean: 2.5, standardError: Math.sqrt(5 / 3 / 4), count: 4 });
  expect(meanAndError([7])).toEqual({ mean: 7, standardError: undefined, count: 1 });
});

test('Holm: the values of R’s p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
  const corrected = holmCorrection([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((value, index) => expect(corrected[index]).toBeCloseTo(value, 12));
  expect(holmCorrection([0.9, 0.8])).toEqual([1, 1]);
});

test('the interval of a paired difference covers the truth about as often as it says', () => {
  const random = createRandom(1, 'coverage');
  let covered = 0;
  const trials = 60;
  for (let trial = 0; trial < trials; trial++) {
    const items = Array.from({ length: 60 }, () => random.normal());
    const differences = Array.from({ length: 3 }, () => items.map((own) => 0.3 + own + 0.5 * random.normal()));
    const { lower, upper } = pairedDifference(differences, trial);
    if (lower <= 0.3 && 0.3 <= upper) covered += 1;
  }
  expect(covered / trials).toBeGreaterThan(0.85);
  expect(covered / trials).toBeLessThanOrEqual(1);
});

test('a difference that is there has a small p, and none a large one', () => {
  const random = createRandom(2, 'p');
  const noise = () => Array.from({ length: 200 }, () => random.normal());
  expect(pairedDifference([noise().map((value) => value + 1)]).p).toBeLessThan(0.01);
  expect(pairedDifference([noise()]).p).toBeGreaterThan(0.01);
  expect(pairedDifference([[0, 0]])).toMatchObject({ mean: 0, lower: 0, upper: 0, p: 1 });
});

test('of repeats alone p is that of all changes of sign', () => {
  expect(pairedDifference([[1], [2], [3]]).p).toBe(2 / 8);
  expect(pairedDifference([[1], [-1], [3]]).p).toBe(6 / 8);
  expect(pairedDifference([[0.1], [0.2], [0.3], [0.4], [0.5], [0.6]]).p).toBe(2 / 64);
  expect(pairedDifference([[1]]).p).toBe(1);
});
