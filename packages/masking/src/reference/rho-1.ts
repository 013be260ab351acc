import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { keepHighest, shareOf } from '../ranking.js';
import { excessLoss } from './log-ratio.js';

/**
 * Selective language modelling of Rho-1, arXiv 2404.07965, Eq. 3 and 4: trains on the tokens that a reference model, trained
 * on good data, finds easier than the model does.
 *
 *     w_t = 1[ℓ_θ,t − ℓ_ref,t is among the ⌈k N⌉ highest of the step's N tokens],   ℓ = −log p
 *
 * k = 0.6, as for the 1.1B model (0.7 for the 7B one). Among equal scores the earlier token wins. Signals: log p,
 * `referenceLogProb`. Scope: step. Normaliser of the paper: kept tokens.
 */
export const rho1 = defineMaskingRule({
  name: 'rho-1',
  description: "weight is 1 for the share of a step's tokens whose loss exceeds a reference model's most, else 0",
  source: 'arXiv 2404.07965 (Rho-1), Eq. 3 and 4',
  options: schema.object({
    fraction: schema.number({ minimum: 0, maximum: 1, default: 0.6, description: 'k, the share of tokens to keep' }),
    normaliser: normaliserOption('kept'),
  }),
  needs: ['referenceLogProb'],
  binary: true,
  normaliser: 'kept',
  scope: 'step',
  create: ({ fraction, normaliser }) => ({
    normaliser,
    weigh(signals) {
      const weights = new Float32Array(signals.length);
      const scores = excessLoss('rho-1', signals);
      keepHighest(scores, { start: 0, end: signals.length }, shareOf(fraction, signals.length), weights);
      return weights;
    },
  }),
});
