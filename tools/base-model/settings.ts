import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));

export const paths = {
  /** Where the repository carries the model. */
  model: join(root, 'examples', 'word-problems', 'model'),
  /** Initial weights, text files and the run; not kept. */
  work: join(root, 'runs', 'base-model'),
  log: join(here, 'train-base-model.log'),
} as const;

export const seed = 1;
/** A stream of documents of its own for the held-out text. */
export const evaluationSeed = 2;
export const vocabularySize = 1024;
/** Text that the tokenizer is trained on: more changes nothing, all words of the little world occur often in it. */
export const tokenizerCharacters = 2_000_000;
/** About 62 tokens each. */
export const documents = 100_000;
export const evaluationDocuments = 400;

/** Training of the base model, as a configuration file would hold it. */
export const trainingConfig = {
  masking: 'sft',
  epochs: 1,
  batchSize: 64,
  microBatchTokens: 4096,
  learningRate: 3e-3,
  schedule: 'cosine',
  warmup: 100,
  optimizer: { beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  evaluationSteps: 250,
  checkpointSteps: 250,
  seed,
} as const;
