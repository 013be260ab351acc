import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { probabilityOf } from './probability-of.js';

/**
 * TrSFT, the fine-tuning part of TRAPO, arXiv 2512.17636: ProFit's hard threshold made soft.
 *
 *     w_t = min(p_t / α, 1)      from the code's p_t / clamp(sg p_t, min α)
 *
 * α = 0.1, the code's `clip_low`. α = 0 is the limit `sft`, α = 1 is `dft`. Signal: log p. Normaliser: all tokens.
 */
export const trsft = defineMaskingRule({
  name: 'trsft',
  description: 'weight is 1 from a probability α up and p / α below it',
  source: 'arXiv 2512.17636 (TRAPO) and its official code',
  options: schema.object({
    alpha: schema.number({ minimum: 0, maximum: 1, default: 0.1, description: 'α; 0 is sft, 1 is dft' }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  create: ({ alpha, normaliser }) => ({
    normaliser,
    weigh: (signals) =>
      weighEachToken(signals, (token) =>
        alpha === 0 ? 1 : Math.min(1, probabilityOf(signals.logProb[token]) / alpha),
      ),
  }),
});
