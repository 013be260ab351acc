import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { keepHighest, shareOf } from '../ranking.js';
import { requiredSignal } from '../required-signal.js';

/**
 * Keeps the tokens at whose places the model is most unsure, after the "80/20" observation of arXiv 2506.01939 (made
 * there for reinforcement learning); the entropy baseline of ProFit's Table 1.
 *
 *     w_t = 1[H_t is among the ⌈ρ N⌉ highest of the step's N tokens]
 *
 * ρ = 0.2, as in arXiv 2506.01939; ProFit states none and has no code for it. Among equal entropies the earlier token
 * wins. Signal: `entropy`. Scope: step. Normaliser: all tokens (ours; nobody's is known).
 */
export const entropyMask = defineMaskingRule({
  name: 'entropy-mask',
  description: "weight is 1 for the share of a step's tokens with the highest entropy, else 0",
  source: 'idea of arXiv 2506.01939; entropy baseline of arXiv 2601.09195, Table 1 (without code)',
  options: schema.object({
    fraction: schema.number({ minimum: 0, maximum: 1, default: 0.2, description: 'ρ, the share of tokens to keep' }),
    normaliser: normaliserOption(),
  }),
  needs: ['entropy'],
  binary: true,
  scope: 'step',
  create: ({ fraction, normaliser }) => ({
    normaliser,
    weigh(signals) {
      const entropy = requiredSignal('entropy-mask', signals, 'entropy');
      const weights = new Float32Array(signals.length);
      keepHighest(entropy, { start: 0, end: signals.length }, shareOf(fraction, signals.length), weights);
      return weights;
    },
  }),
});
