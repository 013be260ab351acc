import { defineMaskingRule, schema, type TokenSignals } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { preparedValues } from '../prepared-values.js';
import { boundOfBottom, boundOfTop } from '../ranking.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/**
 * Quantile thresholding of Beyond Log Likelihood, arXiv 2510.00526, Fig. 5: keeps the tokens of the training set that the
 * base model finds most probable.
 *
 *     w_t = 1[p_base(y_t) ≥ Q_{1−r}(p_base)]      keep top (default); keep bottom: 1[p_base ≤ Q_r]
 *
 * The quantile is over all response tokens of the training set, found once before the first step. r = 0.1, the best of the
 * paper. `of: "reference"` (default) is the paper's: the base model is the frozen reference model, so that the kept set
 * stays the same. `of: "current"` is ours: the quantile of the initial model's p, compared with the current model's. Signal:
 * `referenceLogProb`, or log p alone. Normaliser of the official code: kept tokens.
 */
export const quantile = defineMaskingRule({
  name: 'quantile',
  description:
    'weight is 1 for the share of the training set that the base model finds most (or least) probable, else 0',
  source: 'arXiv 2510.00526 (Beyond Log Likelihood), Fig. 5; of "current": ours',
  options: schema.object({
    fraction: schema.number({
      minimum: 0,
      maximum: 1,
      exclusive: 'minimum',
      default: 0.1,
      description: 'r, the share of the training set to keep',
    }),
    keep: schema.oneOf(['top', 'bottom'], { default: 'top', description: 'the most probable tokens or the least' }),
    of: schema.oneOf(['reference', 'current'], {
      default: 'reference',
      description: "whose p decides: a frozen base model's (the paper), or that of the model that is trained (ours)",
    }),
    normaliser: normaliserOption('kept'),
  }),
  needs: ['referenceLogProb'],
  binary: true,
  normaliser: 'kept',
  create({ fraction, keep, of, normaliser }) {
    const prepared = preparedValues('quantile', ['logProb']);
    const deciding = (signals: TokenSignals): Float32Array =>
      of === 'current' ? signals.logProb : requiredSignal('quantile', signals, 'referenceLogProb');
    return {
      normaliser,
      needs: of === 'current' ? [] : ['referenceLogProb'],
      state: prepared.state,
      prepare(signals) {
        const bound = keep === 'top' ? boundOfTop : boundOfBottom;
        prepared.set({ logProb: bound(deciding(signals), fraction) });
      },
      weigh(signals) {
        const logProb = deciding(signals);
        const { logProb: bound } = prepared.get();
        return weighEachToken(signals, (token) => {
          // Without tokens to rank there is no reason to drop one.
          if (bound === null) return 1;
          return (keep === 'top' ? logProb[token] >= bound : logProb[token] <= bound) ? 1 : 0;
        });
      },
    };
  },
});
