import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const example = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the demo reads and writes. */
export const paths = {
  /** The base model that the repository carries. */
  baseModel: join(example, 'model'),
  output: join(example, 'out'),
  train: join(example, 'out', 'train.jsonl'),
  heldOut: join(example, 'out', 'held-out.jsonl'),
  report: join(example, 'out', 'report.html'),
} as const;

export const seed = 1;
export const trainProblems = 1000;
export const heldOutProblems = 200;
export const threshold = 0.1;

/** The rules that are compared, by the name of their run. */
export const rules = {
  sft: { name: 'sft' },
  profit: { name: 'profit', threshold },
} as const;

export type RuleName = keyof typeof rules;

/** How an answer is read from a text, and how long a solution may be. */
export const answer = { answerPattern: 'The answer is (\\d+)', maxTokens: 160 } as const;

/** The configuration of one rule's run, as a file would hold it: the same for all rules but for the rule itself. */
export function runConfig(rule: RuleName) {
  return {
    model: paths.baseModel,
    backend: { name: 'onnxruntime', saveDtype: 'BF16' },
    masking: rules[rule],
    data: { train: paths.train, eval: paths.heldOut, references: 'first' },
    epochs: 1,
    batchSize: 16,
    microBatchTokens: 2048,
    learningRate: 1e-3,
    schedule: 'cosine',
    warmup: 0.1,
    evaluationSteps: 16,
    seed,
  };
}
