import { defineMaskingRule, permutation, ruleOption, schema } from '@profit-sft/core';
import { combined, preparing, refuseDistributionTerms, type InnerRule } from '../composition/inner-rules.js';
import { innerNormaliserOption } from '../normaliser-option.js';
import { profit } from '../probability/profit.js';

/**
 * Keeps as many tokens as another rule would, chosen uniformly at random; ours. The control for what a rule's choice of tokens
 * adds to training on fewer of them.
 *
 *     w_t = 1 for n of the tokens at random, else 0;   n = how many the inner rule gives a weight other than 0
 *
 * n is exact in each micro-batch, or in each step for a rule of scope step. Random numbers depend on the run's seed, the step
 * and the micro-batch. Default: what `profit` keeps. Signals, scope and normaliser: the inner rule's.
 */
export const randomMatched = defineMaskingRule({
  name: 'random-matched',
  description: 'weight is 1 for as many tokens as another rule keeps, chosen at random, else 0',
  source: 'ours',
  options: schema.object({
    rule: schema.optional(
      ruleOption({ description: 'the rule whose number of kept tokens is matched; default profit' }),
    ),
    normaliser: innerNormaliserOption(),
  }),
  binary: true,
  create({ rule = profit(), normaliser }) {
    const inner: readonly InnerRule[] = [{ path: 'rule', rule }];
    refuseDistributionTerms('random-matched', inner);
    return {
      ...combined('random-matched', inner, normaliser),
      binary: true,
      prepare: preparing(inner),
      weigh(signals, context) {
        const kept = rule.weigh(signals, context).reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
        const weights = new Float32Array(signals.length);
        for (const token of permutation(signals.length, context.random).subarray(0, kept)) weights[token] = 1;
        return weights;
      },
    };
  },
});
