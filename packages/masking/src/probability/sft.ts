import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';

/**
 * Plain supervised fine-tuning: every reference token counts fully.
 *
 *     w_t = 1
 *
 * The baseline of arXiv 2601.09195 (Eq. 1). With the normaliser `tokens` this is the usual token-mean cross-entropy.
 */
export const sft = defineMaskingRule({
  name: 'sft',
  description: 'plain supervised fine-tuning: every response token has weight 1',
  source: 'cross-entropy on every response token; arXiv 2601.09195, Eq. 1',
  options: schema.object({ normaliser: normaliserOption() }),
  binary: true,
  create: ({ normaliser }) => ({
    normaliser,
    weigh: (signals) => new Float32Array(signals.length).fill(1),
  }),
});
