import { InvalidConfigError, type Json, type MaskingRule } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { eaftPilot, quantile, tokenCleaning } from './index.js';
import { contextAt, everySignal } from './testing/token-signals.js';

const rules: [string, () => MaskingRule][] = [
  ['quantile', () => quantile({ fraction: 0.5 })],
  ['token-cleaning', () => tokenCleaning({ fraction: 0.5 })],
  ['eaft-pilot', () => eaftPilot({ fraction: 0.5 })],
];
// Improbable and unsure at once only in part, so that each rule keeps some.
const training = {
  ...everySignal([0.1, 0.2, 0.4, 0.8].map(Math.log)),
  entropy: Float32Array.of(0.1, 0.9, 0.2, 0.8),
};

describe.each(rules)('%s', (name, create) => {
  it('is unprepared at first, and says so', () => {
    expect(() => create().weigh(training, contextAt())).toThrow(`masking rule "${name}": ranks tokens over the whole`);
    const fresh = create();
    fresh.state?.load(create().state?.save() ?? null);
    expect(() => fresh.weigh(training, contextAt())).toThrow(InvalidConfigError);
  });

  it('saves what it prepared', () => {
    const rule = create();
    rule.prepare?.(training, contextAt());
    const saved = JSON.parse(JSON.stringify(rule.state?.save())) as Json;
    const resumed = create();
    resumed.state?.load(saved);
    const weights = resumed.weigh(training, contextAt());
    expect(weights).toEqual(rule.weigh(training, contextAt()));
    expect(new Set(weights)).toEqual(new Set([0, 1]));
  });

  it('keeps everything where there was nothing to rank', () => {
    const rule = create();
    rule.prepare?.(everySignal([]), contextAt());
    const resumed = create();
    resumed.state?.load(JSON.parse(JSON.stringify(rule.state?.save())) as Json);
    expect([...resumed.weigh(training, contextAt())]).toEqual([1, 1, 1, 1]);
  });

  it.each([
    [null, /not one that a rule saved/],
    [[], /not one that a rule saved/],
    [{}, /not one that a rule saved/],
    [{ rule: 'sft', prepared: null }, /was saved by the rule "sft"/],
    [{ rule: name }, /has no prepared values/],
    [{ rule: name, prepared: 3 }, /has no prepared values/],
    [{ rule: name, prepared: {} }, /has no number/],
    [{ rule: name, prepared: { logProb: 'x', score: 'x', entropy: 'x' } }, /has no number/],
  ] as [Json, RegExp][])('refuses the state %j', (state, message) => {
    expect(() => create().state?.load(state)).toThrow(InvalidConfigError);
    expect(() => create().state?.load(state)).toThrow(message);
    expect(() => create().state?.load(state)).toThrow(`masking rule "${name}"`);
  });
});
