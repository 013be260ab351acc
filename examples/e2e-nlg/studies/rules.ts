/** Rules, and two controls for ProFit: as many tokens at random, and a learning rate scaled by the share that it keeps. */
import { metrics, oneReference, overlap, seed } from './shared.js';

const kept = { result: 'keptFraction', of: { rule: 'profit' } };

export default () => {
  const run = oneReference();
  return {
    run,
    axes: {
      rule: {
        sft: { masking: 'sft' },
        profit: { masking: { name: 'profit', threshold: 0.1 } },
        dft: { masking: 'dft' },
        'entropy-mask': { masking: 'entropy-mask' },
        'random, as many as profit': {
          masking: { name: 'profit', direction: 'random' },
          'masking.threshold': { ...kept, times: -1, plus: 1 },
        },
        'sft, rate × share that profit keeps': {
          masking: 'sft',
          learningRate: { ...kept, times: run.learningRate },
        },
      },
      seed,
    },
    baseline: { rule: 'sft' },
    evaluations: { overlap },
    metrics,
  };
};
