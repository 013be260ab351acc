import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { logThreshold } from '../probability/log-threshold.js';
import { weighEachToken } from '../weigh-each-token.js';

const probability = { minimum: 0, maximum: 1 } as const;

/**
 * ProFit's mask with a threshold that moves over the run; ours (the paper leaves it to future work).
 *
 *     w_t = 1[p_t > τ(s)],   τ from its first value at step 1 to its last value at the last step
 *
 * linear: τ(s) = from + x (to − from); cosine: from + ½ (1 − cos πx) (to − from), with x = (s − 1)/(S − 1). Default: from
 * 0, i.e. `sft`, to 0.1. A run of one step has the last value. Signal: log p. Normaliser: all tokens.
 */
export const annealed = defineMaskingRule({
  name: 'annealed',
  description: 'weight is 1 where p is above a threshold that moves over the run, else 0',
  source: 'ours, after arXiv 2601.09195 (ProFit)',
  options: schema.object({
    from: schema.number({ ...probability, default: 0, description: 'τ at the first step' }),
    to: schema.number({ ...probability, default: 0.1, description: 'τ at the last step' }),
    shape: schema.oneOf(['linear', 'cosine'], { default: 'linear', description: 'how τ moves between them' }),
    normaliser: normaliserOption(),
  }),
  binary: true,
  create: ({ from, to, shape, normaliser }) => ({
    normaliser,
    weigh(signals, { step, totalSteps }) {
      const progress = totalSteps > 1 ? Math.min(1, Math.max(0, (step - 1) / (totalSteps - 1))) : 1;
      const share = shape === 'linear' ? progress : (1 - Math.cos(Math.PI * progress)) / 2;
      const bound = logThreshold(from * (1 - share) + to * share);
      return weighEachToken(signals, (token) => (signals.logProb[token] > bound ? 1 : 0));
    },
  }),
});
