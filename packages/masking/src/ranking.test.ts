import { describe, expect, it } from 'vitest';
import { boundAboveBottom, boundOfBottom, boundOfTop, keepHighest, shareOf } from './ranking.js';

describe('shareOf', () => {
  it.each([
    [0.6, 5, 3],
    [0.1, 30, 3],
    [0.29, 100, 29],
    // 7.000000000000001 as a product
    [0.07, 100, 7],
    [0.6, 1, 1],
    [0.6, 0, 0],
    [0, 7, 0],
    [1, 7, 7],
    [0.001, 7, 1],
  ])('%f of %i are %i', (fraction, length, count) => {
    expect(shareOf(fraction, length)).toBe(count);
  });
});

describe('bounds', () => {
  const values = Float32Array.of(3, 1, 4, 2, 5);

  it('count from the top and from the bottom', () => {
    expect(boundOfTop(values, 0.4)).toBe(4);
    expect(boundOfTop(values, 1)).toBe(1);
    expect(boundOfBottom(values, 0.4)).toBe(2);
    expect(boundOfBottom(values, 1)).toBe(5);
    expect(boundAboveBottom(values, 0.4)).toBe(3);
    expect(boundAboveBottom(values, 0)).toBe(1);
  });

  it('counts 28.999999999999996 as 29', () => {
    expect(
      boundAboveBottom(
        Float32Array.from({ length: 100 }, (_, index) => index),
        0.29,
      ),
    ).toBe(29);
  });

  it('leave the values as they are and know no bound of nothing', () => {
    expect([...values]).toEqual([3, 1, 4, 2, 5]);
    const none = new Float32Array(0);
    expect([boundOfTop(none, 0.5), boundOfBottom(none, 0.5), boundAboveBottom(none, 0.5)]).toEqual([null, null, null]);
  });
});

it('keepHighest keeps to its span', () => {
  const weights = new Float32Array(5);
  keepHighest(Float32Array.of(9, 1, 2, 2, 9), { start: 1, end: 4 }, 1, weights);
  expect([...weights]).toEqual([0, 0, 1, 0, 0]);
});
