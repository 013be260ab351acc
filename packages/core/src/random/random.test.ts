import { describe, expect, test } from 'vitest';
import { createRandom, permutation } from './random.js';

function draws(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

/** Σ (observed − expected)² / expected over equal bins of [0, 1). */
function chiSquare(values: readonly number[], bins: number): number {
  const observed = new Array<number>(bins).fill(0);
  for (const value of values) observed[Math.floor(value * bins)]++;
  const expected = values.length / bins;
  return observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** With 63 degrees of freedom chi-square exceeds this once in 10⁶ times; the seeds are fixed, so it is one draw. */
const chiSquareLimit = 127;

describe('runs stay reproducible from one version to the next', () => {
  test('a stream', () => {
    const random = createRandom(1, 'shuffle', 0);
    expect(draws(3, random.next)).toEqual([0.7715933596372321, 0.5929784933512825, 0.3630534743738051]);
    expect(random.integer(1000)).toBe(646);
    expect(random.normal()).toBeCloseTo(-0.3520933173240542, 14);
  });

  test('seeds of all kinds', () => {
    expect(createRandom(0).next()).toBe(0.33597943572307265);
    expect(createRandom(-1, 'é', '😀').next()).toBe(0.9877473467385167);
    expect(createRandom(2 ** 32).next()).toBe(0.8864859787294154);
  });

  test('a permutation', () => {
    expect([...permutation(10, createRandom(7, 'shuffle', 3))]).toEqual([2, 1, 9, 8, 7, 6, 5, 3, 0, 4]);
  });
});

describe('streams', () => {
  const firstOf = (...key: Parameters<typeof createRandom>): number[] => draws(4, createRandom(...key).next);

  test('are equal for equal names, whatever was drawn elsewhere', () => {
    const other = createRandom(3, 'dropout');
    const expected = firstOf(3, 'shuffle', 2);
    draws(100, other.next);
    expect(firstOf(3, 'shuffle', 2)).toEqual(expected);
  });

  test('differ for different seeds and names', () => {
    const keys: Parameters<typeof createRandom>[] = [
      [3],
      [4],
      [3, 'a'],
      [3, 'b'],
      [3, 'a', 1],
      [3, 'a', '1'],
      [3, 'a1'],
      [3, '', 'a'],
      [3, 1, 12],
      [3, 11, 2],
      [-3],
    ];
    const values = keys.flatMap((key) => firstOf(...key));
    expect(new Set(values).size).toBe(values.length);
  });

  test('of neighbouring seeds and steps are unrelated', () => {
    const bySeed = Array.from({ length: 20_000 }, (_, seed) => createRandom(seed, 'masking', 1).next());
    const byStep = Array.from({ length: 20_000 }, (_, step) => createRandom(1, 'masking', step).next());
    for (const values of [bySeed, byStep]) {
      expect(chiSquare(values, 64)).toBeLessThan(chiSquareLimit);
      const correlation = values.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * (values[i] - 0.5), 0);
      // The variance of a uniform number is 1/12; the correlation of n pairs has a standard deviation of 1/√n.
      expect(Math.abs((correlation * 12) / values.length)).toBeLessThan(5 / Math.sqrt(values.length));
    }
  });
});

describe('distributions', () => {
  test('next is uniform in [0, 1)', () => {
    const values = draws(100_000, createRandom(1).next);
    expect(Math.min(...values.slice(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value < 1)).toBe(true);
    expect(chiSquare(values, 64)).toBeLessThan(chiSquareLimit);
    // The low bits vary too: 53 bits, not 32.
    expect(
      chiSquare(
        values.map((value) => (value * 2 ** 40) % 1),
        64,
      ),
    ).toBeLessThan(chiSquareLimit);
  });

  test('integers are uniform and below their limit', () => {
    const random = createRandom(2);
    const values = draws(64_000, () => random.integer(64));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < 64)).toBe(true);
    expect(
      chiSquare(
        values.map((value) => value / 64),
        64,
      ),
    ).toBeLessThan(chiSquareLimit);
    expect(draws(10, () => random.integer(1))).toEqual(new Array(10).fill(0));
  });

  test('normals have mean 0, variance 1 and the right tails', () => {
    const values = draws(100_000, createRandom(3).normal);
    const mean = (powers: number): number => values.reduce((sum, x) => sum + x ** powers, 0) / values.length;
    expect(Math.abs(mean(1))).toBeLessThan(5 / Math.sqrt(values.length));
    expect(Math.abs(mean(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
    expect(Math.abs(mean(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / values.length));
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('permutation', () => {
  test.each([0, 1, 2, 100])('of %i holds each index once', (length) => {
    const order = permutation(length, createRandom(5, length));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
  });

  test('every order of three is equally likely', () => {
    const random = createRandom(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = permutation(3, random).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 1000 ± 5 standard deviations of √(6000 · 1/6 · 5/6).
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });
});
