import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { keepHighest, shareOf } from '../ranking.js';
import { requiredSignal } from '../required-signal.js';
import { sequenceSpans } from '../sequence-spans.js';
import { logRatio } from './log-ratio.js';

/**
 * The loss part of ssToken, arXiv 2510.18250: keeps, in each sequence, the tokens that the model has learned most since an
 * earlier state of itself (the history model).
 *
 *     w_t = 1[ℓ_hist,t − ℓ_θ,t is among the ⌈ρ T⌉ highest of the sequence's T tokens],   ℓ = −log p
 *
 * The paper ranks by γ · minmax(ℓ_hist − ℓ_θ) + (1 − γ) · attention to the prompt, with γ = 0.5. Attention weights are no
 * signal here, so that this is γ = 1; without the second term the min-max scaling does not change the order and is left out.
 * The history model is the frozen reference model. ρ = 0.6. Among equal scores the earlier token wins. Signals: log p,
 * `referenceLogProb`. Normaliser of the official code: kept tokens.
 */
export const sstoken = defineMaskingRule({
  name: 'sstoken',
  description:
    "weight is 1 for the share of each sequence's tokens whose loss fell most since the reference model, else 0",
  source: 'arXiv 2510.18250 (ssToken), its loss part alone (γ = 1)',
  options: schema.object({
    fraction: schema.number({ minimum: 0, maximum: 1, default: 0.6, description: 'ρ, the share of tokens to keep' }),
    normaliser: normaliserOption('kept'),
  }),
  needs: ['referenceLogProb'],
  binary: true,
  normaliser: 'kept',
  create: ({ fraction, normaliser }) => ({
    normaliser,
    weigh(signals) {
      const history = requiredSignal('sstoken', signals, 'referenceLogProb');
      const scores = Float32Array.from(signals.logProb, (logProb, token) => logRatio(logProb, history[token]));
      const weights = new Float32Array(signals.length);
      for (const span of sequenceSpans(signals)) {
        keepHighest(scores, span, shareOf(fraction, span.end - span.start), weights);
      }
      return weights;
    },
  }),
});
