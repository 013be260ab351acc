import { createRandom, InvalidConfigError } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { profit } from './profit.js';
import { sft } from './sft.js';

const grid = [0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99];

describe('the threshold', () => {
  it.each([0.1, 0.3, 0.5, 0.9])('is strict at τ = %f and decides at τ ± 1e-3', (threshold) => {
    const around = signalsOf([threshold - 1e-3, threshold, threshold + 1e-3]);
    expect([...profit({ threshold }).weigh(around, contextAt())]).toEqual([0, 0, 1]);
    expect([...profit({ threshold, direction: 'low' }).weigh(around, contextAt())]).toEqual([1, 1, 0]);
    const band: number[] = [threshold, threshold];
    expect([...profit({ threshold: band, direction: 'middle' }).weigh(around, contextAt())]).toEqual([0, 1, 0]);
  });

  it('separates neighbouring float32 values of log p', () => {
    const at = Math.fround(Math.log(0.1));
    const bits = new Int32Array(Float32Array.of(at).buffer)[0];
    const neighbour = (offset: number): number => new Float32Array(Int32Array.of(bits + offset).buffer)[0];
    // Negative floats grow in magnitude with their bits: +1 is just below, −1 just above.
    const signals = { ...signalsOf([0.5, 0.5, 0.5]), logProb: Float32Array.of(neighbour(1), at, neighbour(-1)) };
    expect([...profit({ threshold: 0.1 }).weigh(signals, contextAt())]).toEqual([0, 0, 1]);
  });

  it('keeps everything at 0, down to the smallest probabilities, and nothing at 1', () => {
    const signals = { ...signalsOf([1, 0.5, 1e-30, 0.5]), logProb: Float32Array.of(0, -0.7, -69, -3e38) };
    expect(profit({ threshold: 0 }).weigh(signals, contextAt())).toEqual(sft().weigh(signals, contextAt()));
    expect([...profit({ threshold: 1 }).weigh(signals, contextAt())]).toEqual([0, 0, 0, 0]);
  });

  it('masks log p = −∞ even at 0, because the comparison is strict', () => {
    const signals = { ...signalsOf([0.5]), logProb: Float32Array.of(-Infinity) };
    expect([...profit({ threshold: 0 }).weigh(signals, contextAt())]).toEqual([0]);
  });

  it('splits SFT into high and low without overlap or gap', () => {
    const random = createRandom(3, 'probabilities');
    const signals = signalsOf(Array.from({ length: 500 }, () => random.next()));
    for (const threshold of [0, 0.1, 0.37, 1]) {
      const high = profit({ threshold }).weigh(signals, contextAt());
      const low = profit({ threshold, direction: 'low' }).weigh(signals, contextAt());
      expect(high.every((weight, token) => weight + low[token] === 1)).toBe(true);
    }
  });
});

describe('direction random', () => {
  const signals = signalsOf(Array.from({ length: 20_000 }, (_, token) => (token % 100) / 100 + 0.001));

  it('drops a share τ, independently of the probability', () => {
    const weights = profit({ threshold: 0.3, direction: 'random' }).weigh(signals, contextAt());
    const kept = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    // Standard deviation of the share is √(0.3 · 0.7 / 20,000) = 0.0032.
    expect(Math.abs(kept - 0.7)).toBeLessThan(0.013);
    const keptLow = weights.filter((_, token) => token % 100 < 10).reduce((sum, weight) => sum + weight, 0) / 2000;
    expect(Math.abs(keptLow - 0.7)).toBeLessThan(0.041);
  });

  it('repeats with the same step and changes with another', () => {
    const rule = profit({ threshold: 0.5, direction: 'random' });
    expect(rule.weigh(signals, contextAt(4))).toEqual(rule.weigh(signals, contextAt(4)));
    expect(rule.weigh(signals, contextAt(4))).not.toEqual(rule.weigh(signals, contextAt(5)));
  });

  it('keeps all at 0 and drops all at 1', () => {
    const few = signalsOf(grid);
    expect(
      profit({ threshold: 0, direction: 'random' })
        .weigh(few, contextAt())
        .every((weight) => weight === 1),
    ).toBe(true);
    expect(
      profit({ threshold: 1, direction: 'random' })
        .weigh(few, contextAt())
        .every((weight) => weight === 0),
    ).toBe(true);
  });
});

describe('inclusive', () => {
  it.each([0.1, 0.3, 0.5, 0.9])('keeps a token at τ = %f in direction high, as the official code', (threshold) => {
    const around = signalsOf([threshold - 1e-3, threshold, threshold + 1e-3]);
    expect([...profit({ threshold, inclusive: true }).weigh(around, contextAt())]).toEqual([0, 1, 1]);
  });

  it("changes nothing in low, which keeps τ in the paper's sense and the code's", () => {
    const around = signalsOf([0.2, 0.3, 0.4]);
    const rule = profit({ threshold: 0.3, direction: 'low', inclusive: true });
    expect([...rule.weigh(around, contextAt())]).toEqual([1, 1, 0]);
  });

  it('keeps only certain tokens at 1', () => {
    const rule = profit({ threshold: 1, inclusive: true });
    expect([...rule.weigh(signalsOf([1, 0.999]), contextAt())]).toEqual([1, 0]);
  });
});

describe('options', () => {
  it.each([
    [{ threshold: 1.5 }, /threshold/],
    [{ threshold: -0.1 }, /threshold/],
    [{ threshold: Number.NaN }, /threshold/],
    [{ threshold: [0.1, 0.5] }, /one number with direction "high"/],
    [{ direction: 'middle' as const }, /needs a pair \[low, high\]/],
    [{ threshold: [0.1, 0.2, 0.3], direction: 'middle' as const }, /needs a pair/],
    [{ threshold: [0.5, 0.1], direction: 'middle' as const }, /low must not be above high/],
    [{ tau: 0.1 } as object, /tau: unknown key/],
    [{ direction: 'higher' } as object, /direction/],
  ])('refuses %j', (options, message) => {
    expect(() => profit(options)).toThrow(InvalidConfigError);
    expect(() => profit(options)).toThrow(message);
  });
});
