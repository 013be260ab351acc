import { InvalidConfigError, type Json, type MaskingRule } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { bySource, chain, keep, product, profit, quantile, randomMatched, schedule, tokenCleaning } from '../index.js';
import { contextAt, everySignal } from '../testing/token-signals.js';

const ranked = (): MaskingRule => quantile({ of: 'current', fraction: 0.5 });
const plain = (): MaskingRule => profit({ normaliser: 'kept' });
const training = everySignal([0.1, 0.2, 0.4, 0.8].map(Math.log), [0, 0, 1, 1]);
const context = contextAt(9, { sources: ['maths', undefined] });

const compositions: [string, () => MaskingRule][] = [
  ['product', () => product({ rules: [plain(), ranked()] })],
  ['chain', () => chain({ rules: [ranked(), ranked()] })],
  ['schedule', () => schedule({ stages: [{ until: 2, rule: plain() }, { rule: ranked() }] })],
  ['by-source', () => bySource({ rules: { maths: ranked() }, otherwise: plain() })],
  ['keep', () => keep({ rule: ranked(), tokens: [0] })],
  ['random-matched', () => randomMatched({ rule: ranked() })],
  ['chain within product', () => product({ rules: [chain({ rules: [plain(), ranked()] })] })],
];

describe.each(compositions)('state of %s', (_, create) => {
  it('survives JSON and makes a new rule weigh alike', () => {
    const rule = create();
    expect(() => create().weigh(training, context)).toThrow(/call prepare/);
    rule.prepare?.(training, context);
    const saved = JSON.parse(JSON.stringify(rule.state?.save())) as Json;
    const resumed = create();
    resumed.state?.load(saved);
    const weights = rule.weigh(training, contextAt(9, { sources: context.sources }));
    expect(resumed.weigh(training, contextAt(9, { sources: context.sources }))).toEqual(weights);
    expect(weights.some((weight) => weight === 1) && weights.some((weight) => weight === 0)).toBe(true);
    expect(resumed.state?.save()).toEqual(saved);
  });

  it('refuses what another rule saved', () => {
    const { name, state } = create();
    const foreign = name === 'product' ? chain({ rules: [ranked()] }) : product({ rules: [ranked()] });
    foreign.prepare?.(training, context);
    for (const wrong of [foreign.state?.save() ?? null, null, 3, [], {}, { rule: name }, { rule: name, inner: 2 }]) {
      expect(() => state?.load(wrong)).toThrow(InvalidConfigError);
      expect(() => state?.load(wrong)).toThrow(`masking rule "${name}"`);
    }
  });
});

it('refuses a state of other inner rules, naming the place', () => {
  const saved = product({ rules: [ranked(), plain()] }).state?.save() ?? null;
  const { state } = product({ rules: [plain(), ranked()] });
  expect(() => state?.load(saved)).toThrow('masking rule "product": the state to load has none for rules.0 "profit"');
  const more = product({ rules: [plain(), ranked(), plain()] });
  expect(() => more.state?.load(saved)).toThrow(/is not one of 3 inner rules/);
  const otherSource = bySource({ rules: { chat: ranked() }, otherwise: plain() }).state?.save() ?? null;
  const rule = bySource({ rules: { maths: ranked() }, otherwise: plain() });
  expect(() => rule.state?.load(otherSource)).toThrow(/none for rules.maths "quantile"/);
});

it('takes the inner rule to task for its own part', () => {
  const rule = product({ rules: [tokenCleaning()] });
  const saved = {
    rule: 'product',
    inner: [{ path: 'rules.0', rule: 'token-cleaning', state: { rule: 'quantile', prepared: {} } }],
  };
  expect(() => rule.state?.load(saved)).toThrow(/"token-cleaning": the state to load was saved by the rule "quantile"/);
});
