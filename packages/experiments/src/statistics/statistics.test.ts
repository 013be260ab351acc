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
    if (Number(lower) <= 0.3 && 0.3 <= Number(upper)) covered += 1;
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

test('of repeats alone: the paired t-test, as R’s t.test(c(1, 2, 3)) gives it', () => {
  const { lower, upper, p } = pairedDifference([[1], [2], [3]]);
  expect(lower).toBeCloseTo(-0.4841377, 6);
  expect(upper).toBeCloseTo(4.4841377, 6);
  expect(p).toBeCloseTo(0.0741799, 6);
  // With two degrees of freedom p is 1 − t / √(t² + 2), which is known to its last digits where it is small, too.
  const t = 4.2 / (0.01 / Math.sqrt(3));
  expect(pairedDifference([[4.19], [4.2], [4.21]]).p / (2 / (t * t + 2 + t * Math.sqrt(t * t + 2)))).toBeCloseTo(1, 6);
  expect(pairedDifference([[1], [-1]])).toMatchObject({ mean: 0, p: 1 });
  expect(pairedDifference([[2], [2]])).toMatchObject({ lower: 2, upper: 2, p: 0 });
  expect(pairedDifference([[1]])).toMatchObject({ mean: 1, lower: undefined, upper: undefined, p: 1 });
});
