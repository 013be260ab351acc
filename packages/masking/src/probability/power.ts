import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { powerOf } from './probability-of.js';

/**
 * The power family of Beyond Log Likelihood, arXiv 2510.00526: the objective (1 − p^α)/α, whose gradient is that of the
 * weighted log-likelihood with
 *
 *     w_t = p_t^α
 *
 * α = 0 is the limit −log p, i.e. `sft`; α = 1 is `dft`; the paper goes up to 10. Default α = 1. Signal: log p.
 * Normaliser of the official code: all tokens.
 */
export const power = defineMaskingRule({
  name: 'power',
  description: "weight is a power of the model's own probability of the reference token",
  source: 'arXiv 2510.00526 (Beyond Log Likelihood), objective (1 − p^α)/α',
  options: schema.object({
    alpha: schema.number({ minimum: 0, default: 1, description: 'exponent α; 0 is sft, 1 is dft' }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  create: ({ alpha, normaliser }) => ({
    normaliser,
    weigh: (signals) => weighEachToken(signals, (token) => powerOf(signals.logProb[token], alpha)),
  }),
});
