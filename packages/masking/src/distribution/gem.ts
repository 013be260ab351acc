import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';

/**
 * GEM, arXiv 2408.16673, with linear h: pushes the reference token up against a sharpened copy of the model's own
 * distribution, which keeps more of its entropy than `sft` does.
 *
 *     loss_t = −Σ_v q_v (log p_y − log p_v),   q = sg(softmax(z / β))      logit gradient q − e_y
 *
 * As weights: w_t = 1 and c_t = −1 towards q, since (p − e_y) − (p − q) = q − e_y. β = 0.7, as in the paper; β = 1 has the
 * gradient of `sft`. The loss itself may be negative. Signal: log p. Normaliser of the official code: all tokens.
 */
export const gem = defineMaskingRule({
  name: 'gem',
  description: "weight is 1, less a cross-entropy towards the model's own distribution at a lower temperature",
  source: 'arXiv 2408.16673 (GEM), linear h',
  options: schema.object({
    temperature: schema.number({
      minimum: 0,
      exclusive: 'minimum',
      default: 0.7,
      description: 'β of softmax(z / β); 1 has the gradient of sft',
    }),
    normaliser: normaliserOption(),
  }),
  binary: true,
  create: ({ temperature, normaliser }) => ({
    normaliser,
    weigh: ({ length }) => new Float32Array(length).fill(1),
    distributionTerm: {
      towards: 'tempered',
      temperature,
      coefficients: ({ length }) => new Float32Array(length).fill(-1),
    },
  }),
});
