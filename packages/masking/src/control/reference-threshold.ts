import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { logThreshold } from '../probability/log-threshold.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/**
 * ProFit's mask by a frozen model's probability, so that the kept set does not follow the training; ours, in the spirit of
 * PriFT (arXiv 2606.09396). The control for how much of ProFit's effect is due to its feeding on itself.
 *
 *     w_t = 1[p_ref(y_t) > τ]
 *
 * τ = 0.1. Strict, as in `profit`. Signal: `referenceLogProb`. Normaliser: all tokens.
 */
export const referenceThreshold = defineMaskingRule({
  name: 'reference-threshold',
  description: "weight is 1 where a frozen reference model's probability of the token is above the threshold, else 0",
  source: 'ours, after arXiv 2601.09195 (ProFit) and arXiv 2606.09396 (PriFT)',
  options: schema.object({
    threshold: schema.number({ minimum: 0, maximum: 1, default: 0.1, description: 'τ, a probability' }),
    normaliser: normaliserOption(),
  }),
  needs: ['referenceLogProb'],
  binary: true,
  create({ threshold, normaliser }) {
    const bound = logThreshold(threshold);
    return {
      normaliser,
      weigh(signals) {
        const reference = requiredSignal('reference-threshold', signals, 'referenceLogProb');
        return weighEachToken(signals, (token) => (reference[token] > bound ? 1 : 0));
      },
    };
  },
});
