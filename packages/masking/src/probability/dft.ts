import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';

/**
 * Dynamic fine-tuning, arXiv 2508.05629: each token's loss is scaled by the model's own probability of it, held constant.
 *
 *     w_t = sg(p_t),  p_t = exp(log p_t)      so that  ∇(−w_t log p_t) = −∇p_t
 *
 * The official code divides by all target tokens, which is the default normaliser here.
 */
export const dft = defineMaskingRule({
  name: 'dft',
  description: "weight is the model's own probability of the reference token, held constant",
  source: 'arXiv 2508.05629 (DFT) and its official code',
  options: schema.object({ normaliser: normaliserOption() }),
  binary: false,
  create: ({ normaliser }) => ({
    normaliser,
    weigh(signals) {
      const weights = new Float32Array(signals.length);
      for (let token = 0; token < signals.length; token++) weights[token] = Math.exp(signals.logProb[token]);
      return weights;
    },
  }),
});
