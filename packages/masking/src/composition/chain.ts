import {
  defineMaskingRule,
  ruleOption,
  schema,
  type MaskingRule,
  type TokenSignals,
  type WeighContext,
} from '@profit-sft/core';
import { innerNormaliserOption } from '../normaliser-option.js';
import { combined, innerRules, preparing, refuseDistributionTerms } from './inner-rules.js';
import { scatter, selectTokens, tokensWhere } from './signal-selection.js';

/**
 * Rules one after the other, each on the tokens that those before it kept; ours.
 *
 *     w_t = Π_i w_t^(i), where rule i + 1 sees only the tokens with w_t^(1) … w_t^(i) ≠ 0
 *
 * For rules that weigh each token by itself this is `product`. It differs for those that look at several: "the 60 % with the
 * highest excess loss, of the tokens above τ". The whole training set, for rules that rank over it, is filtered likewise,
 * by the rules before and under the initial model. The normaliser is the one that the rules share; where they differ,
 * `chain` needs one of its own.
 */
export const chain = defineMaskingRule({
  name: 'chain',
  description: 'rules one after the other, each on the tokens that those before it kept; weights multiply',
  source: 'ours',
  options: schema.object({
    rules: schema.array(ruleOption(), { minimumLength: 1, description: 'the rules, in order' }),
    normaliser: innerNormaliserOption(),
  }),
  binary: false,
  create({ rules, normaliser }) {
    const inner = innerRules(rules);
    refuseDistributionTerms('chain', inner);

    /** Calls `visit` before each rule weighs what is left of `signals`. */
    function follow(
      signals: TokenSignals,
      context: WeighContext,
      visit?: (rule: MaskingRule, left: TokenSignals) => void,
    ): Float32Array {
      const weights = new Float32Array(signals.length).fill(1);
      for (const rule of rules) {
        const tokens = tokensWhere(signals, (token) => weights[token] !== 0);
        const left = selectTokens(signals, tokens);
        visit?.(rule, left);
        const next = rule.weigh(left, context);
        scatter(
          next.map((weight, index) => weight * weights[tokens[index]]),
          tokens,
          weights,
        );
      }
      return weights;
    }

    return {
      ...combined('chain', inner, normaliser),
      prepare: preparing(inner, (signals, context) => {
        follow(signals, context, (rule, left) => rule.prepare?.(left, context));
      }),
      weigh: (signals, context) => follow(signals, context),
    };
  },
});
