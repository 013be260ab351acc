import { defineMaskingRule, ruleOption, schema } from '@profit-sft/core';
import { innerNormaliserOption } from '../normaliser-option.js';
import { combined, innerRules, onlyDistributionTerm, preparing } from './inner-rules.js';

/**
 * The weights of several rules, multiplied; ours.
 *
 *     w_t = Π_i w_t^(i)
 *
 * Every rule sees all tokens; in `chain` the later ones do not. At most one rule may have a second loss term, which is taken
 * over as it is. The normaliser is the one that the rules share; where they differ, `product` needs one of its own.
 */
export const product = defineMaskingRule({
  name: 'product',
  description: 'weight is the product of the weights of several rules, each of which sees all tokens',
  source: 'ours',
  options: schema.object({
    rules: schema.array(ruleOption(), { minimumLength: 1, description: 'the rules' }),
    normaliser: innerNormaliserOption(),
  }),
  binary: false,
  create({ rules, normaliser }) {
    const inner = innerRules(rules);
    return {
      ...combined('product', inner, normaliser),
      distributionTerm: onlyDistributionTerm('product', inner),
      prepare: preparing(inner),
      weigh(signals, context) {
        const weights = new Float32Array(signals.length).fill(1);
        for (const rule of rules) {
          rule.weigh(signals, context).forEach((weight, token) => (weights[token] *= weight));
        }
        return weights;
      },
    };
  },
});
