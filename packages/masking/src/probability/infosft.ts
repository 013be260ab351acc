import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { complementOf, probabilityOf } from './probability-of.js';

function logit(logProb: number): number {
  return logProb - Math.log(complementOf(logProb));
}

/**
 * InfoSFT, arXiv 2605.14967: most weight on tokens of middling probability, none above a probability P.
 *
 *     w_t = p_t · max(0, 1 − logit(p_t) / logit(P)),   logit(p) = log(p / (1 − p))
 *
 * This is the official code's form; the paper's p [logit(P) − logit(p)]₊ is logit(P) times it. P = 0.93, as in the code.
 * P has to be above ½, where logit(P) > 0. Signal: log p. Normaliser of the official code: all tokens.
 */
export const infosft = defineMaskingRule({
  name: 'infosft',
  description: 'weight is p times how far the log-odds of p lie below those of a target probability',
  source: 'arXiv 2605.14967 (InfoSFT) and its official code',
  options: schema.object({
    target: schema.number({
      minimum: 0.5,
      maximum: 1,
      exclusive: true,
      default: 0.93,
      description: 'P, the probability from which on a token has weight 0',
    }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  create({ target, normaliser }) {
    const targetLogit = Math.log(target / (1 - target));
    return {
      normaliser,
      weigh: (signals) =>
        weighEachToken(signals, (token) => {
          const probability = probabilityOf(signals.logProb[token]);
          // The limit: p falls faster than −logit(p) grows. Without this, log p = −∞ would be 0 · ∞.
          if (probability === 0) return 0;
          return probability * Math.max(0, 1 - logit(signals.logProb[token]) / targetLogit);
        }),
    };
  },
});
