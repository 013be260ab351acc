import { expect, test } from 'vitest';
import { averagedCurve } from './averaged-curve.js';

test('few points stay as they are: mean, least and greatest over the runs that have one', () => {
  const curve = averagedCurve(
    [
      [
        [1, 2],
        [2, 4],
      ],
      [
        [1, 4],
        [2, NaN],
      ],
    ],
    100,
  );
  expect(curve).toEqual({
    points: [
      [1, 3],
      [2, 4],
    ],
    band: [
      [1, 2, 4],
      [2, 4, 4],
    ],
    stretch: 1,
  });
});

test('many points become means of equal stretches', () => {
  const points = Array.from({ length: 1000 }, (_, index) => [index + 1, index % 10] as const);
  const curve = averagedCurve([points], 100);
  expect(curve.stretch).toBe(10);
  expect(curve.points).toHaveLength(100);
  expect(curve.points.every(([, y]) => y === 4.5)).toBe(true);
  expect(curve.points[0][0]).toBe(10);
});

test('no curves give no points', () => {
  expect(averagedCurve([], 10)).toEqual({ points: [], band: [], stretch: 1 });
});
