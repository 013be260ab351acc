import { describe, expect, it } from 'vitest';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { iwSft } from './iw-sft.js';
import { prift } from './prift.js';
import { psft } from './psft.js';
import { quantile } from './quantile.js';
import { rho1 } from './rho-1.js';
import { sstoken } from './sstoken.js';
import { tokenCleaning } from './token-cleaning.js';

const logs = (...probabilities: number[]): number[] => probabilities.map(Math.log);

describe('prift', () => {
  it("weighs by the reference's probability, not the model's", () => {
    const weights = prift().weigh(signalsOf([0.9, 0.1], { referenceLogProb: logs(0.2, 0.7) }), contextAt());
    expect(weights[0]).toBeCloseTo(0.2, 6);
    expect(weights[1]).toBeCloseTo(0.7, 6);
  });

  it('keeps a mass of at least one half', () => {
    const rule = prift({ signal: 'mass' });
    const signals = signalsOf([0.1, 0.1, 0.1], { referenceMass: [0.4999, 0.5, 0.9] });
    expect([...rule.weigh(signals, contextAt())]).toEqual([0, 1, 1]);
    expect(rule.needs).toEqual(['referenceMass']);
    expect(rule.binary).toBe(true);
    expect(prift().needs).toEqual(['referenceLogProb']);
    expect(prift().binary).toBe(false);
  });

  it('keeps at a threshold that float32 rounds down', () => {
    const signals = signalsOf([0.1], { referenceMass: [0.7] });
    expect([...prift({ signal: 'mass', threshold: 0.7 }).weigh(signals, contextAt())]).toEqual([1]);
  });
});

describe('rho-1', () => {
  // Losses less reference losses, as log(p_ref / p): log of 2, 0.5, 1, 8, 4.
  const signals = signalsOf([0.1, 0.2, 0.3, 0.1, 0.2], {
    referenceLogProb: logs(0.2, 0.1, 0.3, 0.8, 0.8),
    sequence: [0, 0, 0, 1, 1],
  });

  it('keeps the highest excess losses of the step', () => {
    expect([...rho1().weigh(signals, contextAt())]).toEqual([1, 0, 0, 1, 1]);
    expect([...rho1({ fraction: 0.2 }).weigh(signals, contextAt())]).toEqual([0, 0, 0, 1, 0]);
    expect(rho1()).toMatchObject({ scope: 'step', normaliser: 'kept', needs: ['referenceLogProb'] });
  });

  it('keeps the exact share of equal ones', () => {
    const equal = signalsOf([0.5, 0.5, 0.5, 0.5, 0.5], { referenceLogProb: logs(0.5, 0.5, 0.5, 0.5, 0.5) });
    expect([...rho1().weigh(equal, contextAt())]).toEqual([1, 1, 1, 0, 0]);
  });
});

describe('token-cleaning', () => {
  const training = signalsOf([0.1, 0.2, 0.3, 0.1, 0.2], { referenceLogProb: logs(0.2, 0.1, 0.3, 0.8, 0.8) });

  it('is exact under the initial model', () => {
    const rule = tokenCleaning();
    rule.prepare?.(training, contextAt());
    expect([...rule.weigh(training, contextAt())]).toEqual([1, 0, 0, 1, 1]);
  });

  it("holds the current model's scores against the threshold of the training set", () => {
    const rule = tokenCleaning();
    rule.prepare?.(training, contextAt());
    // The threshold is log 2.
    const later = signalsOf([0.4, 0.45], { referenceLogProb: logs(0.85, 0.85) });
    expect([...rule.weigh(later, contextAt(2))]).toEqual([1, 0]);
  });

  it('refuses to weigh unprepared', () => {
    expect(() => tokenCleaning().weigh(training, contextAt())).toThrow(
      /masking rule "token-cleaning": ranks tokens over the whole training set: call prepare/,
    );
  });
});

it('sstoken keeps, in each sequence, what was learned most since the history model', () => {
  // log(p / p_hist): log of 2, 1, 0.5 and 4, 8.
  const signals = signalsOf([0.2, 0.3, 0.1, 0.4, 0.8], {
    referenceLogProb: logs(0.1, 0.3, 0.2, 0.1, 0.1),
    sequence: [0, 0, 0, 1, 1],
  });
  // ⌈0.6 · 3⌉ = 2 and ⌈0.6 · 2⌉ = 2; ⌈0.3 · 3⌉ = ⌈0.3 · 2⌉ = 1.
  expect([...sstoken().weigh(signals, contextAt())]).toEqual([1, 1, 0, 1, 1]);
  expect([...sstoken({ fraction: 0.3 }).weigh(signals, contextAt())]).toEqual([1, 0, 0, 0, 1]);
});

describe('psft', () => {
  it('weighs by the ratio, up to 1 + ε', () => {
    const signals = signalsOf([0.2, 0.4, 0.5, 0.52], { previousLogProb: logs(0.4, 0.4, 0.4, 0.4) });
    const weights = psft().weigh(signals, contextAt());
    [0.5, 1, 1.25, 0].forEach((expected, token) => expect(weights[token]).toBeCloseTo(expected, 5));
  });

  it('is sft just after a refresh', () => {
    const signals = signalsOf([0.2, 1e-30, 1], { previousLogProb: logs(0.2, 1e-30, 1) });
    expect([...psft({ epsilon: 0 }).weigh(signals, contextAt())]).toEqual([1, 1, 1]);
  });

  it('asks for its snapshot', () => {
    expect(psft()).toMatchObject({ snapshotSteps: 8, needs: ['previousLogProb'] });
    expect(psft({ snapshotSteps: 4 }).snapshotSteps).toBe(4);
    expect(() => psft({ snapshotSteps: 0 })).toThrow(/snapshotSteps/);
  });
});

describe('iw-sft', () => {
  // Ratios 2, 0.5, 4 in one sequence, geometric mean 4^(1/3); 0.1 in the other.
  const signals = signalsOf([0.2, 0.1, 0.4, 0.05], {
    referenceLogProb: logs(0.1, 0.2, 0.1, 0.5),
    sequence: [0, 0, 0, 1],
  });
  const weigh = (options: Parameters<typeof iwSft>[0]): number[] => [...iwSft(options).weigh(signals, contextAt())];
  const expectClose = (found: number[], expected: number[]): void =>
    found.forEach((weight, token) => expect(weight).toBeCloseTo(expected[token], 5));

  it('weighs sequences by the geometric mean of their ratios', () => {
    const mean = 4 ** (1 / 3);
    expectClose(weigh({}), [mean, mean, mean, 0.1]);
    expectClose(weigh({ temperature: 3 }), [4, 4, 4, 0.001]);
    expectClose(weigh({ temperature: 9 }), [16, 16, 16, 0]);
    expect(weigh({ temperature: 0 })).toEqual([1, 1, 1, 1]);
  });

  it('clamps the ratios of tokens', () => {
    expectClose(weigh({ variant: 'token' }), [1.8, 0.5, 1.8, 0.2]);
    expectClose(weigh({ variant: 'token', limits: [0, 3] }), [2, 0.5, 3, 0.1]);
  });

  it.each([[[1]], [[2, 1]], [[1, 2, 3]], [[-1, 1]]])('refuses the limits %j', (limits) => {
    expect(() => iwSft({ limits })).toThrow(/masking rule "iw-sft": limits/);
  });
});

describe('quantile', () => {
  const base = [0.9, 0.1, 0.5, 0.3, 0.7];
  const training = signalsOf([0.5, 0.5, 0.5, 0.5, 0.5], { referenceLogProb: logs(...base) });

  it("keeps the share of the training set that the base model finds most probable, whatever the model's p", () => {
    const rule = quantile({ fraction: 0.4 });
    rule.prepare?.(training, contextAt());
    expect([...rule.weigh(training, contextAt())]).toEqual([1, 0, 0, 0, 1]);
    const other = signalsOf([0.99, 0.01], { referenceLogProb: logs(0.6, 0.8) });
    expect([...rule.weigh(other, contextAt())]).toEqual([0, 1]);
  });

  it('keeps the least probable', () => {
    const rule = quantile({ fraction: 0.4, keep: 'bottom' });
    rule.prepare?.(training, contextAt());
    expect([...rule.weigh(training, contextAt())]).toEqual([0, 1, 0, 1, 0]);
  });

  it('looks at the model that is trained where told to', () => {
    const rule = quantile({ fraction: 0.4, of: 'current' });
    expect(rule.needs).toEqual([]);
    rule.prepare?.(signalsOf(base), contextAt());
    expect([...rule.weigh(signalsOf([0.69, 0.7, 0.71]), contextAt(3))]).toEqual([0, 1, 1]);
  });
});
