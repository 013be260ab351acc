import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { keepHighest, shareOf } from '../ranking.js';
import { sequenceSpans } from '../sequence-spans.js';

/**
 * Keeps the most probable tokens of each sequence, so that every sequence keeps the same share however hard it is; ours.
 *
 *     w_t = 1[p_t is among the ⌈r T⌉ highest of the sequence's T tokens]
 *
 * Default r = 0.8. Among equal probabilities the earlier token wins. Signal: log p. Normaliser: all tokens.
 */
export const sequenceQuantile = defineMaskingRule({
  name: 'sequence-quantile',
  description: "weight is 1 for the share of each sequence's tokens that the model finds most probable, else 0",
  source: 'ours',
  options: schema.object({
    fraction: schema.number({ minimum: 0, maximum: 1, default: 0.8, description: 'r, the share of tokens to keep' }),
    normaliser: normaliserOption(),
  }),
  binary: true,
  create: ({ fraction, normaliser }) => ({
    normaliser,
    weigh(signals) {
      const weights = new Float32Array(signals.length);
      for (const span of sequenceSpans(signals)) {
        keepHighest(signals.logProb, span, shareOf(fraction, span.end - span.start), weights);
      }
      return weights;
    },
  }),
});
