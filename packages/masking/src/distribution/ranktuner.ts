import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { probabilityOf } from '../probability/probability-of.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/** The discount of a rank, as in DCG. Ranks are from 1; rounding must not bring one below. */
function discount(rank: number): number {
  return 1 / Math.log2(Math.max(1, rank) + 1);
}

/**
 * RankTuner, arXiv 2602.01745: compares the rank R of the reference token with the rank E[R] = Σ rank(v) p_v to expect of a
 * token drawn from the model.
 *
 *     w_t = w0 · 2^{−(f(R) − f(E[R]))},   f(x) = 1 / log2(x + 1)
 *
 * w0 = p (base probability, the default: the paper's for mathematics) or 1 (base uniform: the paper's for general data).
 * Signals: log p, `rank`, `expectedRank`. Normaliser: all tokens (ours; the authors' is not known).
 */
export const ranktuner = defineMaskingRule({
  name: 'ranktuner',
  description: "weight is p (or 1), raised where the reference token ranks lower than the model's own draws would",
  source: 'arXiv 2602.01745 (RankTuner)',
  options: schema.object({
    base: schema.oneOf(['probability', 'uniform'], { default: 'probability', description: 'w0: p, or 1' }),
    normaliser: normaliserOption(),
  }),
  needs: ['rank', 'expectedRank'],
  binary: false,
  create: ({ base, normaliser }) => ({
    normaliser,
    weigh(signals) {
      const rank = requiredSignal('ranktuner', signals, 'rank');
      const expectedRank = requiredSignal('ranktuner', signals, 'expectedRank');
      return weighEachToken(signals, (token) => {
        const factor = 2 ** (discount(expectedRank[token]) - discount(rank[token]));
        return base === 'uniform' ? factor : probabilityOf(signals.logProb[token]) * factor;
      });
    },
  }),
});
