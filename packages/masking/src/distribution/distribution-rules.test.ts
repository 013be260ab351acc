import { describe, expect, it } from 'vitest';
import { dft } from '../probability/dft.js';
import { sft } from '../probability/sft.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { asft } from './asft.js';
import { deft } from './deft.js';
import { gem } from './gem.js';
import { ranktuner } from './ranktuner.js';

describe('deft', () => {
  it('raises p to the sum of squared probabilities', () => {
    const signals = signalsOf([0.25, 0.25, 0.25], { sumSquaredProb: [0.5, 0, 1] });
    const weights = deft().weigh(signals, contextAt());
    [0.5, 1, 0.25].forEach((expected, token) => expect(weights[token]).toBeCloseTo(expected, 6));
  });

  it('cayley: raises p to p / (2 − p), at least half the mean of p', () => {
    // Mean p 0.45, so that the floor is 0.225; 0.8 / 1.2 = 2/3 and 0.1 / 1.9 = 0.0526.
    const rule = deft({ variant: 'cayley' });
    const weights = rule.weigh(signalsOf([0.8, 0.1]), contextAt());
    expect(weights[0]).toBeCloseTo(0.8 ** (2 / 3), 6);
    expect(weights[1]).toBeCloseTo(0.1 ** 0.225, 6);
    expect(rule).toMatchObject({ scope: 'step', needs: [] });
    expect(deft()).toMatchObject({ scope: 'token', needs: ['sumSquaredProb'] });
  });
});

describe('ranktuner', () => {
  // f(1) = 1, f(3) = 1/2, f(7) = 1/3.
  const signals = signalsOf([0.5, 0.2, 0.1], { rank: [1, 3, 7], expectedRank: [1, 1, 3] });
  const factors = [1, 2 ** 0.5, 2 ** (1 / 6)];

  it('compares the rank with the expected rank', () => {
    const uniform = ranktuner({ base: 'uniform' }).weigh(signals, contextAt());
    factors.forEach((factor, token) => expect(uniform[token]).toBeCloseTo(factor, 6));
    const weights = ranktuner().weigh(signals, contextAt());
    factors.forEach((factor, token) => expect(weights[token]).toBeCloseTo([0.5, 0.2, 0.1][token] * factor, 6));
  });

  it('lowers what ranks higher than expected', () => {
    const likely = signalsOf([0.5], { rank: [1], expectedRank: [3] });
    expect(ranktuner({ base: 'uniform' }).weigh(likely, contextAt())[0]).toBeCloseTo(2 ** -0.5, 6);
  });
});

describe('second loss terms', () => {
  const signals = signalsOf([0.2, 0.7]);

  it('asft is dft with a term towards the reference', () => {
    const rule = asft({ beta: 0.25 });
    expect(rule.weigh(signals, contextAt())).toEqual(dft().weigh(signals, contextAt()));
    expect(rule.distributionTerm).toMatchObject({ towards: 'reference' });
    expect([...(rule.distributionTerm?.coefficients(signals, contextAt()) ?? [])]).toEqual([0.25, 0.25]);
    expect(asft({ beta: 0 }).distributionTerm).toBeUndefined();
  });

  it('gem is sft with a negative term towards its own sharpened distribution', () => {
    const rule = gem();
    expect(rule.weigh(signals, contextAt())).toEqual(sft().weigh(signals, contextAt()));
    expect(rule.distributionTerm).toMatchObject({ towards: 'tempered', temperature: 0.7 });
    expect([...(rule.distributionTerm?.coefficients(signals, contextAt()) ?? [])]).toEqual([-1, -1]);
  });

  it.each([1, 0.7])('gem has the logit gradient q − e_y at temperature %f', (temperature) => {
    const logits = [1.2, -0.3, 0.5, 0];
    const target = 2;
    const softmax = (values: number[]): number[] => {
      const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
      return values.map((value) => Math.exp(value) / total);
    };
    const q = softmax(logits.map((logit) => logit / temperature));
    const rule = gem({ temperature });
    const one = signalsOf([softmax(logits)[target]]);
    const weight = rule.weigh(one, contextAt())[0];
    const coefficient = rule.distributionTerm?.coefficients(one, contextAt())[0] ?? 0;
    const loss = (values: number[]): number => {
      const p = softmax(values);
      const crossEntropy = -q.reduce((sum, share, token) => sum + share * Math.log(p[token]), 0);
      return -weight * Math.log(p[target]) + coefficient * crossEntropy;
    };
    const expected = temperature === 1 ? softmax(logits) : q;
    logits.forEach((_, token) => {
      const moved = (by: number): number[] => logits.map((logit, index) => (index === token ? logit + by : logit));
      const gradient = (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5;
      expect(gradient).toBeCloseTo(expected[token] - (token === target ? 1 : 0), 6);
    });
  });
});
