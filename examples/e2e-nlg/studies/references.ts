/**
 * How many of the people who wrote for a meaning representation a model is fine-tuned on: 1, 2, 3, 5 or 8 with sft, and 1 with profit, at the same number of
 * optimiser steps. A module, because the base model is not in the repository.
 */
import { backend, overlap, people, seed, stories, test } from './shared.js';

const sft = (references: number) => ({ masking: 'sft', 'data.train.to': references });
const profit = (threshold: number) => ({ masking: { name: 'profit', threshold }, 'data.train.to': 1 });

export default () => ({
  run: {
    model: stories(),
    plugins: ['../dataset.ts'],
    backend,
    data: { train: { ...people, to: 1 }, eval: { ...test, to: 1 }, references: 'rotate' },
    ...{ epochs: 8, batchSize: 8, learningRate: 0.003 },
  },
  axes: {
    training: {
      ...{ 'sft, 1 reference': sft(1), 'sft, 2 references': sft(2), 'sft, 3 references': sft(3) },
      ...{ 'sft, 5 references': sft(5), 'sft, 8 references': sft(8) },
      ...{ 'profit τ = 0.1, 1 reference': profit(0.1), 'profit τ = 0.5, 1 reference': profit(0.5) },
    },
    seed,
  },
  baseline: { training: 'sft, 1 reference' },
  evaluations: {
    overlap,
    trained: { evaluator: 'perplexity', data: { ...people, to: 1 } },
    unseen: { evaluator: 'perplexity', data: { ...people, from: 8, to: 9 } },
  },
  metrics: [
    ...['overlap.sentenceChrf', 'overlap.bleu', 'overlap.chrf', 'unseen.sequenceNll', 'trained.sequenceNll'],
    ...['evalNll', 'evalMeanProb', 'keptFraction'],
  ],
});
