import { defineMaskingRule, schema } from '@profit-sft/core';

/**
 * Softens ProFit's threshold τ: a token below it counts in proportion to its probability p instead of not at all.
 *
 *     w_t = min(1, p_t / τ)
 */
const softThreshold = defineMaskingRule({
  name: 'soft-threshold',
  description: 'weight is 1 from the threshold up and p / threshold below it',
  source: 'ours',
  options: schema.object({
    threshold: schema.number({ minimum: 0, maximum: 1, exclusive: 'minimum', default: 0.1, description: 'τ' }),
  }),
  binary: false,
  create: ({ threshold }) => ({
    weigh: ({ logProb }) => logProb.map((value) => Math.min(1, Math.exp(value) / threshold)),
  }),
});

export default softThreshold;
