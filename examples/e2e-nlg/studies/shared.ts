import { dataFile } from '../data-folder.js';

/** Meaning representations for which at least nine different texts were written; eight may be trained on, the ninth never is. */
export const people = {
  name: 'reference-slice',
  ...{ of: { name: 'e2e-nlg', split: 'dev' }, atLeast: 9, count: 96, seed: 0 },
};

/** Meaning representations of which nothing is trained on. */
export const test = {
  name: 'reference-slice',
  ...{ of: { name: 'e2e-nlg', split: 'test' }, atLeast: 3, count: 60, seed: 0 },
};

/** What is generated for them, compared with all that people wrote. */
export const overlap = { evaluator: { name: 'bleu-chrf', maxTokens: 160 }, data: test };

export const stories = () => dataFile('models/stories260K/hf');

/** Runs of half a minute, two at once: the engine shares a run's process, which saves starting one for each training and evaluation. */
export const backend = { name: 'onnxruntime', process: false };

const oneEach = { name: 'reference-slice', of: { name: 'e2e-nlg', split: 'dev' }, seed: 0, to: 1 };

/** stories260K on one text for each of 320 meaning representations, as the studies of rules, thresholds, ranks and epochs train it. */
export const oneReference = (count = 320) => ({
  model: stories(),
  plugins: ['../dataset.ts'],
  backend,
  data: { train: { ...oneEach, count }, eval: { ...test, to: 1 } },
  ...{ epochs: 1, batchSize: 8, learningRate: 0.003 },
});

export const seed = [0, 1, 2];
export const metrics = [
  ...['overlap.sentenceChrf', 'overlap.bleu', 'overlap.chrf'],
  ...['evalNll', 'evalMeanProb', 'keptFraction'],
];
