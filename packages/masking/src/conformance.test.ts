/** Every rule under the kit that authors of rules are given: contract, micro-batches, order, purity, detachment, state. */
import type { MaskingRule } from '@profit-sft/core';
import { describeMaskingRule } from '@profit-sft/testing';
import { expect, test } from 'vitest';
import * as rules from './index.js';

const { maskingRules } = rules;

/** Options of rules that need some, and other variants worth checking. Rules within options are made anew each time. */
const variants: Readonly<Record<string, readonly (() => object)[]>> = {
  profit: [
    () => ({}),
    () => ({ direction: 'low' }),
    () => ({ direction: 'random', threshold: 0.4 }),
    () => ({ direction: 'middle', threshold: [0.1, 0.6] }),
    () => ({ inclusive: true }),
  ],
  thresholded: [() => ({}), () => ({ objective: 'prob' }), () => ({ keep: 'bottom' })],
  quantile: [() => ({}), () => ({ of: 'current' })],
  deft: [() => ({}), () => ({ variant: 'cayley' })],
  prift: [() => ({}), () => ({ signal: 'mass' })],
  'iw-sft': [() => ({}), () => ({ variant: 'token' })],
  ranktuner: [() => ({}), () => ({ base: 'uniform' })],
  product: [() => ({ rules: [rules.profit(), rules.eaft()] }), () => ({ rules: [rules.asft(), rules.profit()] })],
  chain: [() => ({ rules: [rules.profit(), rules.dft()] }), () => ({ rules: [rules.profit(), rules.entropyMask()] })],
  schedule: [() => ({ stages: [{ until: 3, rule: rules.sft() }, { rule: rules.eaftPilot() }] })],
  'by-source': [() => ({ rules: { a: rules.profit() }, otherwise: rules.dft() })],
  keep: [() => ({ rule: rules.profit(), endOfTurn: true, special: true, answerAfter: ' t5' })],
};

for (const rule of maskingRules) {
  const name: string = rule.pluginName;
  const plugin = rule as unknown as ((options?: object) => MaskingRule) & { readonly pluginName: string };
  (variants[name] ?? [() => ({})]).forEach((options, index) => {
    describeMaskingRule(plugin, {
      name: `${name}, variant ${index + 1}`,
      cases: [],
      options,
      context: { sources: ['a', undefined] },
    });
  });
}

test('every variant belongs to a rule', () => {
  expect(Object.keys(variants).filter((name) => !maskingRules.some((rule) => rule.pluginName === name))).toEqual([]);
});
