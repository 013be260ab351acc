import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { preparedValues } from '../prepared-values.js';
import { boundOfTop } from '../ranking.js';
import { weighEachToken } from '../weigh-each-token.js';
import { excessLoss } from './log-ratio.js';

/**
 * Token cleaning, arXiv 2502.01968, with a threshold in place of stored masks:
 *
 *     w_t = 1[ℓ_θ,t − ℓ_ref,t ≥ s],   ℓ = −log p
 *
 * s is found once, before the first step: the lowest of the ⌈k N⌉ highest scores ℓ_base − ℓ_ref of the whole training set,
 * with the initial model as base. k = 0.6.
 *
 * This differs from the paper. Its fixed cleaning decides each token once, by the base model, and needs masks that are
 * stored with the data; its self-evolving cleaning decides five splits of the data in turn, each by the model trained
 * on the splits before. Here the current model decides at every step, i.e. self-evolving without splits: exact at step 1,
 * and fewer tokens are kept as the model catches up with the reference. Signals: log p, `referenceLogProb`. Normaliser of
 * the official code: kept tokens.
 */
export const tokenCleaning = defineMaskingRule({
  name: 'token-cleaning',
  description:
    "weight is 1 where the loss exceeds a reference model's by more than for most of the training set, else 0",
  source: 'arXiv 2502.01968 (Token Cleaning), self-evolving without splits',
  options: schema.object({
    fraction: schema.number({
      minimum: 0,
      maximum: 1,
      exclusive: 'minimum',
      default: 0.6,
      description: 'k, the share of the training set that the initial model would keep',
    }),
    normaliser: normaliserOption('kept'),
  }),
  needs: ['referenceLogProb'],
  binary: true,
  normaliser: 'kept',
  create({ fraction, normaliser }) {
    const prepared = preparedValues('token-cleaning', ['score']);
    return {
      normaliser,
      state: prepared.state,
      prepare(signals) {
        prepared.set({ score: boundOfTop(excessLoss('token-cleaning', signals), fraction) });
      },
      weigh(signals) {
        const scores = excessLoss('token-cleaning', signals);
        // Without tokens to rank there is no reason to drop one.
        const bound = prepared.get().score ?? -Infinity;
        return weighEachToken(signals, (token) => (scores[token] >= bound ? 1 : 0));
      },
    };
  },
});
