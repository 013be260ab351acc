import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { preparedValues } from '../prepared-values.js';
import { boundAboveBottom } from '../ranking.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/**
 * The mask of EAFT's pilot study, arXiv 2601.02151: drops "confident conflicts", where the model is sure of something other
 * than the reference token.
 *
 *     w_t = 0 where H_t < Q_f(H) and p_t < Q_f(p), else 1
 *
 * with the quantiles Q_f over all response tokens of the training set under the initial model, f = 0.15. The quantiles
 * are fixed before the first step; H_t and p_t are the current model's. At most ⌊f N⌋ tokens lie strictly below each
 * quantile, so that equal values drop nothing. Signals: log p, `entropy`. Normaliser: all tokens.
 */
export const eaftPilot = defineMaskingRule({
  name: 'eaft-pilot',
  description: 'weight is 0 where entropy and p are both among the lowest of the training set, else 1',
  source: 'arXiv 2601.02151 (EAFT), the mask of its pilot study',
  options: schema.object({
    fraction: schema.number({
      minimum: 0,
      maximum: 1,
      exclusive: 'maximum',
      default: 0.15,
      description: 'f, which share counts as the lowest, of entropy and of p',
    }),
    normaliser: normaliserOption(),
  }),
  needs: ['entropy'],
  binary: true,
  create({ fraction, normaliser }) {
    const prepared = preparedValues('eaft-pilot', ['entropy', 'logProb']);
    return {
      normaliser,
      state: prepared.state,
      prepare(signals) {
        prepared.set({
          entropy: boundAboveBottom(requiredSignal('eaft-pilot', signals, 'entropy'), fraction),
          logProb: boundAboveBottom(signals.logProb, fraction),
        });
      },
      weigh(signals) {
        const entropy = requiredSignal('eaft-pilot', signals, 'entropy');
        const bounds = prepared.get();
        // Without tokens to rank nothing counts as low.
        const entropyBound = bounds.entropy ?? -Infinity;
        const logProbBound = bounds.logProb ?? -Infinity;
        return weighEachToken(signals, (token) =>
          entropy[token] < entropyBound && signals.logProb[token] < logProbBound ? 0 : 1,
        );
      },
    };
  },
});
