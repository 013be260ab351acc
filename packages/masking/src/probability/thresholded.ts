import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { logThreshold } from './log-threshold.js';

/**
 * Thresholded objectives of Beyond Log Likelihood, arXiv 2510.00526, Table 1: an objective f on one side of a threshold q
 * of the model's own probability.
 *
 *     w_t = 1[p_t ≥ q]      OnlyTopLogP    (objective log,  keep top; the default)
 *     w_t = 1[p_t ≤ q]      OnlyBottomLogP (objective log,  keep bottom)
 *     w_t = p_t 1[p_t ≥ q]  OnlyTopP       (objective prob, keep top)
 *     w_t = p_t 1[p_t ≤ q]  OnlyBottomP    (objective prob, keep bottom)
 *
 * q = 0.2, as in Table 1. A token at q, compared as float32 log p, is kept by both sides. Signal: log p. Normaliser of the
 * official code: kept tokens. For objective prob, `kept` here divides by Σ w_t = Σ p_t over the kept tokens, the code by
 * their number.
 */
export const thresholded = defineMaskingRule({
  name: 'thresholded',
  description: 'log p or p as the objective, on the tokens on one side of a threshold of p only',
  source: 'arXiv 2510.00526 (Beyond Log Likelihood), Table 1: OnlyTopLogP, OnlyBottomLogP, OnlyTopP, OnlyBottomP',
  options: schema.object({
    objective: schema.oneOf(['log', 'prob'], { default: 'log', description: 'maximise log p, or p itself' }),
    keep: schema.oneOf(['top', 'bottom'], { default: 'top', description: 'keep p ≥ q (top) or p ≤ q (bottom)' }),
    threshold: schema.number({ minimum: 0, maximum: 1, default: 0.2, description: 'q, a probability' }),
    normaliser: normaliserOption('kept'),
  }),
  binary: false,
  normaliser: 'kept',
  create({ objective, keep, threshold, normaliser }) {
    const bound = logThreshold(threshold);
    return {
      normaliser,
      binary: objective === 'log',
      weigh: (signals) =>
        weighEachToken(signals, (token) => {
          const logProb = signals.logProb[token];
          const kept = keep === 'top' ? logProb >= bound : logProb <= bound;
          if (!kept) return 0;
          return objective === 'log' ? 1 : Math.exp(logProb);
        }),
    };
  },
});
