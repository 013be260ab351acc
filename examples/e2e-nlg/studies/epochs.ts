/** One to five epochs with sft and with profit. */
import { metrics, oneReference, overlap, seed } from './shared.js';

export default () => ({
  run: oneReference(160),
  axes: {
    epochs: [1, 2, 3, 4, 5],
    rule: {
      sft: { masking: 'sft' },
      profit: { masking: { name: 'profit', threshold: 0.1 } },
    },
    seed,
  },
  baseline: { rule: 'sft' },
  evaluations: { overlap },
  metrics,
});
