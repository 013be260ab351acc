import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { probabilityOf } from '../probability/probability-of.js';
import { weighEachToken } from '../weigh-each-token.js';

/**
 * Anchored fine-tuning, arXiv 2509.23753: `dft`, kept near a frozen reference model.
 *
 *     loss = Σ_t sg(p_t) (−log p_t) + β Σ_t KL(π_ref ‖ π_θ)      w_t = p_t, c_t = β towards the reference's distribution
 *
 * The direction of the KL is the code's (and LLaMA-Factory's); the paper's README writes KL(π_θ ‖ π_ref). β = 0.1 (0.05 to
 * 0.1 in the paper); β = 0 is `dft` and needs no reference. Signal: log p; the second term takes the reference model.
 * Normaliser: all tokens. The code takes means of each micro-batch.
 */
export const asft = defineMaskingRule({
  name: 'asft',
  description: 'weight is p, plus a penalty for leaving the distribution of a frozen reference model',
  source: 'arXiv 2509.23753 (ASFT) and its official code: KL(π_ref ‖ π_θ)',
  options: schema.object({
    beta: schema.number({ minimum: 0, default: 0.1, description: 'β, the coefficient of the KL term; 0 is dft' }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  create: ({ beta, normaliser }) => ({
    normaliser,
    weigh: (signals) => weighEachToken(signals, (token) => probabilityOf(signals.logProb[token])),
    distributionTerm:
      beta === 0
        ? undefined
        : { towards: 'reference', coefficients: ({ length }) => new Float32Array(length).fill(beta) },
  }),
});
