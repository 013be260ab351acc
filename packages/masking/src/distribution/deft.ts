import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { powerOf, probabilityOf } from '../probability/probability-of.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/**
 * DEFT, arXiv 2602.11424: the power family (1 − p^α)/α with an exponent for each token, held constant. It behaves like
 * `sft` where the model is unsure and like `dft` where it is sure.
 *
 *     w_t = p_t^{α_t},   α_t = Σ_v p_v²                                     variant collision (default; Rényi entropy of order 2)
 *                        α_t = max(p_t / (2 − p_t), ½ · mean of p)          variant cayley
 *
 * The mean of p is over the step. Signals: log p, and `sumSquaredProb` for `collision`. Scope: token; step for `cayley`.
 * Normaliser of the official code: all tokens.
 */
export const deft = defineMaskingRule({
  name: 'deft',
  description: 'weight is p to a power that rises with how sure the model is',
  source: 'arXiv 2602.11424 (DEFT) and its official code',
  options: schema.object({
    variant: schema.oneOf(['collision', 'cayley'], {
      default: 'collision',
      description: 'exponent: Σ p² of the distribution, or p / (2 − p) of the reference token with a floor',
    }),
    normaliser: normaliserOption(),
  }),
  needs: ['sumSquaredProb'],
  binary: false,
  create({ variant, normaliser }) {
    if (variant === 'collision') {
      return {
        normaliser,
        weigh(signals) {
          const sumSquared = requiredSignal('deft', signals, 'sumSquaredProb');
          return weighEachToken(signals, (token) => powerOf(signals.logProb[token], Math.max(0, sumSquared[token])));
        },
      };
    }
    return {
      normaliser,
      needs: [],
      scope: 'step',
      weigh(signals) {
        const sum = signals.logProb.reduce((total, logProb) => total + probabilityOf(logProb), 0);
        const floor = signals.length === 0 ? 0 : (0.5 * sum) / signals.length;
        return weighEachToken(signals, (token) => {
          const probability = probabilityOf(signals.logProb[token]);
          return powerOf(signals.logProb[token], Math.max(probability / (2 - probability), floor));
        });
      },
    };
  },
});
