import { createRandom } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { asft, dft, profit, rho1, tokenCleaning } from '../index.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { annealed } from './annealed.js';
import { randomMatched } from './random-matched.js';
import { referenceThreshold } from './reference-threshold.js';
import { sequenceQuantile } from './sequence-quantile.js';

const kept = (weights: Float32Array): number => weights.filter((weight) => weight === 1).length;

describe('random-matched', () => {
  const signals = signalsOf(Array.from({ length: 200 }, (_, token) => (token + 0.5) / 200));

  it('keeps exactly as many tokens as its rule, others than it', () => {
    for (const threshold of [0, 0.1, 0.37, 0.9, 1]) {
      const rule = profit({ threshold });
      const weights = randomMatched({ rule }).weigh(signals, contextAt());
      expect(kept(weights)).toBe(kept(rule.weigh(signals, contextAt())));
      expect(weights.every((weight) => weight === 0 || weight === 1)).toBe(true);
    }
    const half = randomMatched({ rule: profit({ threshold: 0.5 }) }).weigh(signals, contextAt());
    expect(kept(half.subarray(0, 100))).toBeGreaterThan(30);
  });

  it('chooses uniformly: each token in its share of the steps', () => {
    const few = signalsOf([0.05, 0.2, 0.4, 0.6, 0.8]);
    const counts = new Float64Array(5);
    const steps = 4000;
    for (let step = 1; step <= steps; step++) {
      randomMatched({ rule: profit({ threshold: 0.5 }) })
        .weigh(few, contextAt(step, { random: createRandom(1, 'choice', step) }))
        .forEach((weight, token) => (counts[token] += weight));
    }
    // Two of five; the standard deviation of a share is √(0.4 · 0.6 / 4000) = 0.0077.
    for (const count of counts) expect(Math.abs(count / steps - 0.4)).toBeLessThan(0.035);
  });

  it('repeats in the same step and matches profit where nothing is said', () => {
    const rule = randomMatched();
    expect(rule.weigh(signals, contextAt(3))).toEqual(rule.weigh(signals, contextAt(3)));
    expect(rule.weigh(signals, contextAt(3))).not.toEqual(rule.weigh(signals, contextAt(4)));
    expect(kept(rule.weigh(signals, contextAt()))).toBe(180);
  });

  it('is binary whatever the rule, and takes over what the rule needs', () => {
    expect(randomMatched({ rule: dft() }).binary).toBe(true);
    expect(randomMatched({ rule: rho1() })).toMatchObject({
      scope: 'step',
      needs: ['referenceLogProb'],
      normaliser: 'kept',
    });
    expect(randomMatched({ rule: rho1(), normaliser: 'tokens' }).normaliser).toBe('tokens');
    expect(randomMatched({ rule: tokenCleaning() }).prepare).toBeDefined();
    expect(randomMatched().prepare).toBeUndefined();
    expect(() => randomMatched({ rule: asft() })).toThrow(/no rule with a second loss term.*rule "asft"/);
  });
});

describe('annealed', () => {
  const signals = signalsOf([0.05, 0.15, 0.25, 0.35, 0.45]);
  const at = (step: number, options: Parameters<typeof annealed>[0], totalSteps = 11): number =>
    kept(annealed(options).weigh(signals, contextAt(step, { totalSteps })));

  it('moves from the first threshold to the last', () => {
    // Linear: τ = 0.04 (s − 1). Cosine: 0.2 (1 − cos 0.1 π (s − 1)), which is 0.0586 at step 4, where linear has 0.12.
    const linear = { from: 0, to: 0.4 };
    expect([1, 4, 6, 11].map((step) => at(step, linear))).toEqual([5, 4, 3, 1]);
    const cosine = { ...linear, shape: 'cosine' } as const;
    expect([1, 3, 6, 11].map((step) => at(step, cosine))).toEqual([5, 5, 3, 1]);
    expect(at(3, linear)).toBe(4);
    expect(at(1, { from: 0.4, to: 0 })).toBe(1);
    expect(at(11, { from: 0.4, to: 0 })).toBe(5);
  });

  it('is profit where both ends are equal, and has its last value in a run of one step', () => {
    const rule = annealed({ from: 0.25, to: 0.25, shape: 'cosine' });
    for (const step of [1, 5, 10]) {
      expect(rule.weigh(signals, contextAt(step))).toEqual(profit({ threshold: 0.25 }).weigh(signals, contextAt(step)));
    }
    expect(at(1, { from: 0, to: 0.4 }, 1)).toBe(1);
  });
});

it('sequence-quantile keeps the same share of each sequence', () => {
  const signals = signalsOf([0.1, 0.3, 0.2, 0.9, 0.8, 0.99, 0.4], { sequence: [0, 0, 0, 1, 1, 1, 2] });
  expect([...sequenceQuantile({ fraction: 0.6 }).weigh(signals, contextAt())]).toEqual([0, 1, 1, 1, 0, 1, 1]);
  expect([...sequenceQuantile({ fraction: 1 / 3 }).weigh(signals, contextAt())]).toEqual([0, 1, 0, 0, 0, 1, 1]);
  expect([...sequenceQuantile({ fraction: 0 }).weigh(signals, contextAt())]).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

it("reference-threshold is profit on the reference's probability", () => {
  const signals = signalsOf([0.9, 0.05, 0.5], { referenceLogProb: [0.05, 0.9, 0.1].map(Math.log) });
  expect([...referenceThreshold().weigh(signals, contextAt())]).toEqual([0, 1, 0]);
});
