import { createRandom } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { repeatedAccuracy } from './repeated-accuracy.js';

test('avg@n and pass@k for k = 2, 4, 8 … n, each with its interval', () => {
  const verdicts = [
    [true, false, false, false, false, false],
    [true, true, true, true, true, true],
    [false, false, false, false, false, false],
  ];
  const metrics = repeatedAccuracy(verdicts, 1);
  const names = ['avg@6', 'pass@2', 'pass@4', 'pass@6'];
  expect(Object.keys(metrics)).toEqual([...names, ...names.flatMap((name) => [`${name}Lower`, `${name}Upper`])]);
  expect(metrics['avg@6']).toBeCloseTo(7 / 18, 12);
  expect(metrics['pass@2']).toBeCloseTo((1 / 3 + 1) / 3, 12);
  expect(metrics['pass@6']).toBeCloseTo(2 / 3, 12);
  expect(metrics['avg@6Lower']).toBe(0);
  expect(metrics['avg@6Upper']).toBe(1);
  expect(Object.keys(repeatedAccuracy([[true], [false]], 1))).toEqual(['avg@1', 'avg@1Lower', 'avg@1Upper']);
  expect(repeatedAccuracy([[true], [false]], 1, 'accuracy')).toMatchObject({ accuracy: 0.5 });
});

test('the interval treats a question’s answers as one: repeats that agree do not narrow it', () => {
  const random = createRandom(3, 'clusters');
  const questions = Array.from({ length: 200 }, () => random.next() < 0.4);
  const width = (repeats: number): number => {
    const metrics = repeatedAccuracy(
      questions.map((correct) => new Array<boolean>(repeats).fill(correct)),
      9,
    );
    return metrics[`avg@${repeats}Upper`] - metrics[`avg@${repeats}Lower`];
  };
  expect(width(8)).toBe(width(1));
  expect(width(1)).toBeCloseTo(2 * 1.96 * Math.sqrt((0.4 * 0.6) / 200), 1);
});

test('the interval covers the true accuracy about as often as it says', () => {
  const random = createRandom(4, 'coverage');
  let covered = 0;
  for (let trial = 0; trial < 150; trial++) {
    // Questions differ in difficulty: 0.1 or 0.7, so 0.4 in the mean.
    const verdicts = Array.from({ length: 80 }, () => {
      const difficulty = random.next() < 0.5 ? 0.1 : 0.7;
      return Array.from({ length: 4 }, () => random.next() < difficulty);
    });
    const metrics = repeatedAccuracy(verdicts, trial);
    if (metrics['avg@4Lower'] <= 0.4 && 0.4 <= metrics['avg@4Upper']) covered++;
  }
  expect(covered / 150).toBeGreaterThan(0.89);
});
