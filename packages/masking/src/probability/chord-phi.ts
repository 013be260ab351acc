import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { complementOf, probabilityOf } from './probability-of.js';

/**
 * The token weight φ of CHORD, arXiv 2508.11408: what the model is sure of, either way, counts least.
 *
 *     w_t = p_t (1 − p_t)
 *
 * CHORD mixes this loss with reinforcement learning; only the weight is here. Signal: log p. Normaliser: all tokens.
 */
export const chordPhi = defineMaskingRule({
  name: 'chord-phi',
  description: 'weight is p (1 − p): tokens that the model is unsure of count most',
  source: 'arXiv 2508.11408 (CHORD), token weight φ',
  options: schema.object({ normaliser: normaliserOption() }),
  binary: false,
  create: ({ normaliser }) => ({
    normaliser,
    weigh: (signals) =>
      weighEachToken(signals, (token) => probabilityOf(signals.logProb[token]) * complementOf(signals.logProb[token])),
  }),
});
