import { defaultTopK, defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/** The official code divides by 3.0 where the paper has ln 20 = 2.996. */
const codeDivisor = 3;

/**
 * Entropy-adaptive fine-tuning, arXiv 2601.02151: a token counts as much as the model is unsure at its place. With H_K the
 * entropy of the K most probable tokens, their probabilities renormalised,
 *
 *     w_t = (H_K / d)^α
 *
 * K = 20, d = 3.0 for it as in the official code (else ln K, as in the paper), α = 1. Where all K are equally probable,
 * the weight is ln 20 / 3 = 0.9986. Signal: `topEntropy`. Normaliser of the official code: all tokens.
 */
export const eaft = defineMaskingRule({
  name: 'eaft',
  description: 'weight is the entropy of the most probable tokens, as a share of the most it can be',
  source: 'arXiv 2601.02151 (EAFT) and its official code',
  options: schema.object({
    topK: schema.integer({ minimum: 2, default: defaultTopK, description: 'K, how many of the most probable tokens' }),
    divisor: schema.optional(
      schema.number({ minimum: 0, exclusive: 'minimum', description: 'd; left out, 3.0 for K = 20 and ln K else' }),
    ),
    alpha: schema.number({ minimum: 0, default: 1, description: 'exponent α' }),
    normaliser: normaliserOption(),
  }),
  needs: ['topEntropy'],
  binary: false,
  create({ topK, divisor = topK === defaultTopK ? codeDivisor : Math.log(topK), alpha, normaliser }) {
    return {
      normaliser,
      topK,
      weigh(signals) {
        const entropy = requiredSignal('eaft', signals, 'topEntropy');
        // An entropy in float32 may be rounded to just below 0, which has no power.
        return weighEachToken(signals, (token) => (Math.max(0, entropy[token]) / divisor) ** alpha);
      },
    };
  },
});
