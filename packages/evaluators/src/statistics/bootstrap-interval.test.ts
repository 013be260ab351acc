import { createRandom } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, shareOf, type ItemShare } from './bootstrap-interval.js';

const binary = (hits: number, count: number): ItemShare[] =>
  Array.from({ length: count }, (_, index) => ({ hits: index < hits ? 1 : 0, count: 1 }));

describe('bootstrapInterval', () => {
  it('is close to the normal interval of a proportion', () => {
    const { lower, upper } = bootstrapInterval(binary(120, 400), createRandom(1, 'test'), { resamples: 4000 });
    const half = 1.96 * Math.sqrt((0.3 * 0.7) / 400);
    expect(lower).toBeCloseTo(0.3 - half, 2);
    expect(upper).toBeCloseTo(0.3 + half, 2);
  });

  it('is wider where what an item holds goes together', () => {
    const apart = binary(100, 200);
    const together = Array.from({ length: 50 }, (_, index) => ({ hits: index < 25 ? 4 : 0, count: 4 }));
    const width = (items: ItemShare[]): number => {
      const { lower, upper } = bootstrapInterval(items, createRandom(2, 'test'));
      return upper - lower;
    };
    expect(shareOf(apart)).toBe(shareOf(together));
    expect(width(together) / width(apart)).toBeGreaterThan(1.6);
    expect(width(together) / width(apart)).toBeLessThan(2.4);
  });

  it('covers the true share about as often as it says', () => {
    const random = createRandom(3, 'test');
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const items = Array.from({ length: 100 }, () => ({ hits: random.next() < 0.4 ? 1 : 0, count: 1 }));
      const { lower, upper } = bootstrapInterval(items, random, { level: 0.9, resamples: 300 });
      if (lower <= 0.4 && 0.4 <= upper) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.82);
    expect(covered / 200).toBeLessThan(0.96);
  });

  it('is repeatable, and a point where all items are equal', () => {
    const run = (): unknown => bootstrapInterval(binary(3, 7), createRandom(5, 'x'));
    expect(run()).toEqual(run());
    expect(bootstrapInterval(binary(4, 4), createRandom(1))).toEqual({ lower: 1, upper: 1 });
  });
});
