import { describe, expect, it } from 'vitest';
import { asft, dft, gem, profit, quantile, rho1, sft } from '../index.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { bySource } from './by-source.js';

const logs = (...probabilities: number[]): number[] => probabilities.map(Math.log);
const sources = ['maths', 'chat', undefined, 'maths'];

describe('by-source', () => {
  const signals = signalsOf([0.05, 0.5, 0.05, 0.05, 0.05], { sequence: [0, 0, 1, 2, 3] });

  it('weighs each sequence by the rule of its source', () => {
    const rule = bySource({ rules: { maths: profit(), chat: dft() }, otherwise: sft() });
    const weights = rule.weigh(signals, contextAt(1, { sources }));
    [0, 1, 0.05, 1, 0].forEach((expected, token) => expect(weights[token]).toBeCloseTo(expected, 6));
  });

  it('shows a rule only the tokens of its own source', () => {
    // Excess losses log 2, log 4 | log 9 | log 8, log 3: of each source's tokens ⌈0.3 n⌉ are kept.
    const step = signalsOf([0.1, 0.1, 0.1, 0.1, 0.1], {
      sequence: [0, 0, 1, 3, 3],
      referenceLogProb: logs(0.2, 0.4, 0.9, 0.8, 0.3),
    });
    const rule = bySource({ rules: { maths: rho1({ fraction: 0.3 }) }, otherwise: rho1({ fraction: 0.3 }) });
    expect([...rule.weigh(step, contextAt(1, { sources }))]).toEqual([0, 1, 1, 1, 0]);
    expect(rule.scope).toBe('step');
  });

  it('knows no source by the names that objects inherit', () => {
    const rule = bySource({ rules: { maths: profit() }, otherwise: sft() });
    const inherited = contextAt(1, { sources: ['constructor', '__proto__', 'toString', 'maths'] });
    expect([...rule.weigh(signals, inherited)]).toEqual([1, 1, 1, 1, 0]);
  });

  it('prepares each rule with the training set of its source, also an empty one', () => {
    const ranked = quantile({ of: 'current', fraction: 0.5 });
    const absent = quantile({ of: 'current', fraction: 0.5 });
    const rule = bySource({ rules: { maths: ranked, poetry: absent }, otherwise: sft({ normaliser: 'kept' }) });
    const training = signalsOf([0.2, 0.4, 0.9, 0.8], { sequence: [0, 0, 1, 1] });
    rule.prepare?.(training, contextAt(1, { sources: ['maths', 'chat'] }));
    expect([...rule.weigh(training, contextAt(1, { sources: ['maths', 'chat'] }))]).toEqual([0, 1, 1, 1]);
    expect([...rule.weigh(training, contextAt(1, { sources: ['poetry', 'maths'] }))]).toEqual([1, 1, 1, 1]);
  });

  it('counts a second loss term for the tokens of its rule', () => {
    const rule = bySource({ rules: { maths: asft({ beta: 0.5 }), chat: asft({ beta: 0.25 }) }, otherwise: dft() });
    const coefficients = rule.distributionTerm?.coefficients(signals, contextAt(1, { sources }));
    expect([...(coefficients ?? [])]).toEqual([0.5, 0.5, 0.25, 0, 0.5]);
    expect(() => bySource({ rules: { maths: gem() }, otherwise: asft() })).toThrow(
      /different distributions: rules.maths "gem", otherwise "asft"/,
    );
  });

  it('needs to be told the sources, and rules that agree', () => {
    const rule = bySource({ rules: { maths: profit() }, otherwise: sft() });
    expect(() => rule.weigh(signals, contextAt())).toThrow(/"by-source": needs the sources of the sequences/);
    expect(() => bySource({ rules: { maths: rho1() }, otherwise: sft() })).toThrow(
      /rules.maths "rho-1" has "kept", otherwise "sft" has "tokens"/,
    );
    expect(() => bySource({ rules: {} } as never)).toThrow(/otherwise: is required/);
  });
});
