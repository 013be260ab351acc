import { createRandom } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { analyseLabels } from './analyse-labels.js';
import { areaUnderCurve } from './area-under-curve.js';
import { permutationTest } from './permutation-test.js';

test('areaUnderCurve is the share of ordered pairs, ties half', () => {
  expect(areaUnderCurve([0.9, 0.5, 0.5], [0.1, 0.5])).toBeCloseTo((2 + 1.5 + 1.5) / 6, 12);
  const random = createRandom(1, 'pairs');
  const draw = (): number[] => Array.from({ length: 60 }, () => random.integer(20));
  const [first, second] = [draw(), draw()];
  const pairs = first.flatMap((a) => second.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
  expect(areaUnderCurve(first, second)).toBeCloseTo(pairs.reduce((a, b) => a + b, 0) / pairs.length, 12);
});

describe('permutationTest', () => {
  test('agrees with the count over all permutations', () => {
    // Of the 20 ways to choose 3 of 6, two are as extreme as this one: itself and its mirror.
    const groups = [{ first: [4, 5, 6], second: [1, 2, 3] }];
    const { difference, pValue } = permutationTest(groups, createRandom(1, 'test'), 40_000);
    expect(difference).toBe(3);
    expect(pValue).toBeCloseTo(0.1, 2);
  });

  test('is right about as often as it says where nothing differs', () => {
    const random = createRandom(2, 'null');
    const draw = (count: number): number[] => Array.from({ length: count }, () => random.next());
    let rejected = 0;
    for (let trial = 0; trial < 300; trial++) {
      const groups = Array.from({ length: 4 }, () => ({ first: draw(5), second: draw(7) }));
      if (permutationTest(groups, random, 199).pValue <= 0.1) rejected++;
    }
    expect(rejected / 300).toBeGreaterThan(0.05);
    expect(rejected / 300).toBeLessThan(0.16);
  });

  test('a difference between groups alone is none', () => {
    const random = createRandom(3, 'between');
    const around = (centre: number, count: number): number[] =>
      Array.from({ length: count }, () => centre + 0.01 * random.next());
    const groups = [
      { first: around(0.9, 40), second: around(0.9, 5) },
      { first: around(0.1, 5), second: around(0.1, 40) },
    ];
    const { difference, pValue } = permutationTest(groups, random, 999);
    expect(difference).toBeGreaterThan(0.5);
    expect(pValue).toBeGreaterThan(0.01);
  });
});

test('analyseLabels counts by hand', () => {
  const analysis = analyseLabels(
    [
      { labels: ['core', 'trivial', 'core'], probabilities: [1, 0.1, 0.6] },
      { labels: ['trivial'], probabilities: [0.5] },
    ],
    { random: createRandom(1, 'x'), bins: 2, thresholds: [0.1, 0.5], permutations: 99 },
  );
  expect(analysis).toMatchObject({ responses: 2, core: { tokens: 2, mean: 0.8, median: 0.8, histogram: [0, 2] } });
  expect(analysis.trivial).toMatchObject({ tokens: 2, mean: 0.3, histogram: [1, 1] });
  // Strictly above, as the mask is.
  expect(analysis.detector).toEqual([
    { threshold: 0.1, kept: 0.75, precision: 2 / 3, recall: 1, falsePositiveRate: 0.5 },
    { threshold: 0.5, kept: 0.5, precision: 1, recall: 1, falsePositiveRate: 0 },
  ]);
  expect(analysis.areaUnderCurve).toBe(1);
});
