import { defineMaskingRule, schema, type TokenSignals } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { dft, gem, product, profit, rho1, sequenceQuantile, sft, tokenCleaning } from '../index.js';
import { contextAt, everySignal, signalsOf } from '../testing/token-signals.js';
import { chain } from './chain.js';

const logs = (...probabilities: number[]): number[] => probabilities.map(Math.log);

function recording(seen: TokenSignals[]) {
  return defineMaskingRule({
    name: 'recording',
    description: 'remembers what it saw',
    source: 'ours',
    options: schema.object({}),
    binary: true,
    create: () => ({
      weigh: (signals) => {
        seen.push(signals);
        return new Float32Array(signals.length).fill(1);
      },
    }),
  })();
}

describe('chain', () => {
  it('is the product for rules that weigh each token by itself', () => {
    const signals = signalsOf([0.05, 0.1, 0.2, 0.9]);
    const rules = [profit(), dft(), profit({ threshold: 0.5, direction: 'low' })];
    expect(chain({ rules }).weigh(signals, contextAt())).toEqual(product({ rules }).weigh(signals, contextAt()));
  });

  it('multiplies small weights', () => {
    const weights = chain({ rules: [dft(), dft()] }).weigh(signalsOf([0.05, 0.5]), contextAt());
    expect(weights[0]).toBeCloseTo(0.0025, 8);
    expect(weights[1]).toBeCloseTo(0.25, 6);
  });

  it('shows the second rule only what the first keeps', () => {
    // Excess losses log 8, log 2, log 4, log 1; the first token is below τ.
    const signals = signalsOf([0.1, 0.2, 0.2, 0.5], { referenceLogProb: logs(0.8, 0.4, 0.8, 0.5) });
    const rules = [profit({ threshold: 0.1, normaliser: 'kept' }), rho1({ fraction: 0.34 })];
    // ⌈0.34 · 3⌉ = 2 of the tokens that are left; ⌈0.34 · 4⌉ = 2 of all, of which profit drops one.
    expect([...chain({ rules }).weigh(signals, contextAt())]).toEqual([0, 1, 1, 0]);
    expect([...product({ rules }).weigh(signals, contextAt())]).toEqual([0, 0, 1, 0]);
  });

  it('hands on every signal, and the numbers of sequences and positions', () => {
    const seen: TokenSignals[] = [];
    const all = { ...everySignal(logs(0.05, 0.3, 0.02, 0.7), [0, 0, 3, 3]), crossEntropy: Float32Array.of(1, 2, 3, 4) };
    chain({ rules: [profit(), recording(seen)] }).weigh(all, contextAt());
    const [left] = seen;
    expect(Object.keys(left).sort()).toEqual(Object.keys(all).sort());
    for (const [name, values] of Object.entries(left)) {
      if (name === 'length') continue;
      const whole = all[name as 'logProb'];
      expect([...(values as Float32Array)], name).toEqual([whole[1], whole[3]]);
      expect(values.constructor, name).toBe(whole.constructor);
    }
    expect(left.length).toBe(2);
    expect([...left.sequence]).toEqual([0, 3]);
    expect([...left.position]).toEqual([1, 1]);
  });

  it('hands on nothing where nothing is left', () => {
    const rules = [profit({ threshold: 1 }), sequenceQuantile(), dft()];
    expect([...chain({ rules }).weigh(signalsOf([0.2, 0.4]), contextAt())]).toEqual([0, 0]);
  });

  it('prepares each rule with what those before it keep of the training set', () => {
    const training = signalsOf([0.05, 0.2, 0.2, 0.5], { referenceLogProb: logs(0.8, 0.4, 0.8, 0.5) });
    const rules = [profit({ normaliser: 'kept' }), tokenCleaning({ fraction: 0.5 })];
    const rule = chain({ rules });
    rule.prepare?.(training, contextAt());
    // Of the three that are left, two have a score of at least log 2.
    expect([...rule.weigh(training, contextAt())]).toEqual([0, 1, 1, 0]);
  });

  it('is binary where all are, and refuses second loss terms and different normalisers', () => {
    expect(chain({ rules: [sft(), profit()] }).binary).toBe(true);
    expect(chain({ rules: [sft(), dft()] }).binary).toBe(false);
    expect(() => chain({ rules: [profit(), gem()] })).toThrow(
      /"chain": takes no rule with a second loss term.*rules.1 "gem"/,
    );
    expect(() => chain({ rules: [profit(), rho1()] })).toThrow(/different normalisers/);
  });
});
