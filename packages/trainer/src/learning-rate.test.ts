import { describe, expect, it } from 'vitest';
import { learningRateAt, warmupSteps } from './learning-rate.js';

const rates = (totalSteps: number, config: { schedule: 'cosine' | 'linear' | 'constant'; warmup: number }): number[] =>
  Array.from({ length: totalSteps }, (_, index) =>
    learningRateAt(index + 1, totalSteps, { learningRate: 2, ...config }),
  );

/** `lr_lambda` of transformers' schedules, at its `current_step`. */
const transformers = {
  linear: (current: number, warmup: number, total: number): number =>
    current < warmup ? current / Math.max(1, warmup) : Math.max(0, (total - current) / Math.max(1, total - warmup)),
  cosine: (current: number, warmup: number, total: number): number =>
    current < warmup
      ? current / Math.max(1, warmup)
      : Math.max(0, 0.5 * (1 + Math.cos((Math.PI * (current - warmup)) / Math.max(1, total - warmup)))),
  constant: (current: number, warmup: number): number => (current < warmup ? current / Math.max(1, warmup) : 1),
};

describe('learningRateAt', () => {
  it.each(['cosine', 'linear', 'constant'] as const)(
    '%s decays as in transformers, and warms up one step earlier',
    (schedule) => {
      for (const [total, warmup] of [
        [20, 0],
        [20, 5],
        [7, 1],
        [100, 10],
      ]) {
        const actual = rates(total, { schedule, warmup: warmup === 0 ? 0 : warmup === 1 ? 1 / total : warmup });
        actual.forEach((rate, index) => {
          const current = index < warmup ? index + 1 : index;
          expect(rate).toBeCloseTo(2 * transformers[schedule](current, warmup, total), 12);
        });
      }
    },
  );

  it('gives the values of the formulas', () => {
    expect(rates(6, { schedule: 'linear', warmup: 2 })).toEqual([1, 2, 2, 1.5, 1, 0.5]);
    expect(rates(4, { schedule: 'constant', warmup: 0.5 })).toEqual([1, 2, 2, 2]);
    const cosine = rates(4, { schedule: 'cosine', warmup: 0 });
    [2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2].forEach((rate, index) => expect(cosine[index]).toBeCloseTo(rate, 12));
  });

  it('is above 0 at every step, also in the shortest runs', () => {
    for (const schedule of ['cosine', 'linear', 'constant'] as const) {
      for (const warmup of [0, 0.1, 0.5, 3]) {
        for (const total of [1, 2, 3, 10]) {
          expect(Math.min(...rates(total, { schedule, warmup }))).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe('warmupSteps', () => {
  it('takes a fraction, rounded up, or a number of steps', () => {
    expect(warmupSteps(0, 100)).toBe(0);
    expect(warmupSteps(0.1, 100)).toBe(10);
    expect(warmupSteps(0.1, 30)).toBe(3);
    expect(warmupSteps(0.1, 101)).toBe(11);
    expect(warmupSteps(7, 100)).toBe(7);
  });

  it('refuses a fraction of a step', () => expect(() => warmupSteps(1.5, 100)).toThrow(/warmup: .* got 1\.5/));
});
