import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { complementOf } from './probability-of.js';

/**
 * The focal factor, arXiv 1708.02002, Eq. 4: leans on the tokens that the model finds improbable, the opposite of ProFit.
 *
 *     w_t = (1 − p_t)^γ      held constant; the focal loss itself also differentiates its factor
 *
 * γ = 2, as in the paper; γ = 0 is `sft`. Signal: log p. Normaliser: all tokens.
 */
export const focal = defineMaskingRule({
  name: 'focal',
  description: 'weight is a power of 1 − p: improbable tokens count most',
  source: 'arXiv 1708.02002 (focal loss), Eq. 4, with its factor held constant',
  options: schema.object({
    gamma: schema.number({ minimum: 0, default: 2, description: 'exponent γ; 0 is sft' }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  create: ({ gamma, normaliser }) => ({
    normaliser,
    weigh: (signals) => weighEachToken(signals, (token) => complementOf(signals.logProb[token]) ** gamma),
  }),
});
