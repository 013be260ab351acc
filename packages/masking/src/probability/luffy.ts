import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { probabilityOf } from './probability-of.js';

/**
 * The policy shaping of LUFFY, arXiv 2504.14945, as a weight: the objective p / (p + γ) has the gradient of the weighted
 * log-likelihood with
 *
 *     w_t = γ p_t / (p_t + γ)²
 *
 * γ = 0.1, as in the paper. The maximum is ¼, at p = γ. LUFFY uses it within reinforcement learning; only the weight is
 * here. Signal: log p. Normaliser: all tokens.
 */
export const luffy = defineMaskingRule({
  name: 'luffy',
  description: 'weight of the objective p / (p + γ): largest where p is γ',
  source: 'arXiv 2504.14945 (LUFFY), policy shaping',
  options: schema.object({
    gamma: schema.number({
      minimum: 0,
      exclusive: 'minimum',
      default: 0.1,
      description: 'γ, the probability of the largest weight',
    }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  create: ({ gamma, normaliser }) => ({
    normaliser,
    weigh: (signals) =>
      weighEachToken(signals, (token) => {
        const probability = probabilityOf(signals.logProb[token]);
        // As two factors in [0, 1], so that no extreme γ overflows its square.
        return (gamma / (probability + gamma)) * (probability / (probability + gamma));
      }),
  }),
});
