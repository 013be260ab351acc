/** LoRA of rank 4 to 64 and all weights, with sft and with profit. */
import { metrics, oneReference, overlap, seed } from './shared.js';

const ranks = [4, 8, 16, 32, 64].map((rank) => [
  `LoRA, rank ${rank}`,
  { adapter: { rank, alpha: 16, targets: 'all-linear' }, learningRate: 0.01 },
]);

export default () => {
  const run = oneReference();
  return {
    run,
    axes: {
      trained: { ...Object.fromEntries(ranks), 'all weights': { learningRate: run.learningRate } },
      rule: { sft: { masking: 'sft' }, profit: { masking: { name: 'profit', threshold: 0.1 } } },
      seed,
    },
    baseline: { rule: 'sft' },
    evaluations: { overlap },
    metrics,
  };
};
