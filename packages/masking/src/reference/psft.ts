import { defaultSnapshotSteps, defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';
import { logRatio } from './log-ratio.js';

/**
 * Proximal supervised fine-tuning, arXiv 2508.17784: PPO's clipped objective with every advantage 1,
 * −min(r, clip(r, 1 − ε_low, 1 + ε_high)) with r_t = p_t / p_old,t. Its gradient is −r ∇log p up to the upper bound and 0
 * above it; the lower bound never binds:
 *
 *     w_t = r_t · 1[r_t ≤ 1 + ε_high]
 *
 * ε_high = 0.28. p_old is the model as it was at the last refresh of a snapshot, every 8 steps (the paper: 4 to 16). Just
 * after a refresh r = 1, and the step is one of `sft`. Signals: log p, `previousLogProb`. Normaliser: all tokens.
 */
export const psft = defineMaskingRule({
  name: 'psft',
  description: 'weight is the ratio of p to that of a recent snapshot of the model, and 0 where it has risen too far',
  source: 'arXiv 2508.17784 (PSFT)',
  options: schema.object({
    epsilon: schema.number({
      minimum: 0,
      default: 0.28,
      description: 'ε_high: by how much p may rise over the snapshot',
    }),
    snapshotSteps: schema.integer({
      minimum: 1,
      default: defaultSnapshotSteps,
      description: 'after how many steps the snapshot is refreshed',
    }),
    normaliser: normaliserOption(),
  }),
  needs: ['previousLogProb'],
  binary: false,
  create({ epsilon, snapshotSteps, normaliser }) {
    return {
      normaliser,
      snapshotSteps,
      weigh(signals) {
        const previous = requiredSignal('psft', signals, 'previousLogProb');
        return weighEachToken(signals, (token) => {
          const ratio = Math.exp(logRatio(signals.logProb[token], previous[token]));
          return ratio <= 1 + epsilon ? ratio : 0;
        });
      },
    };
  },
});
