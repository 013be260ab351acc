import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sums, writeTinyModel } from '../../packages/cli/src/testing-model/tiny-model.js';

/** A folder with a model of 6,000 random parameters, data and configurations; what is run works in directories beside them. */
export interface Inputs {
  readonly folder: string;
  at(...parts: readonly string[]): string;
  /** A path that nothing has had. */
  fresh(name: string): string;
  remove(): void;
}

const run = {
  model: 'base',
  // Every token trains: the model’s own probabilities are small, and profit would keep none.
  masking: 'sft',
  data: { train: 'train.jsonl', eval: 'eval.jsonl' },
  ...{ steps: 4, batchSize: 4, microBatchTokens: 20, learningRate: 0.01, seed: 1 },
  ...{ checkpointSteps: 1, keepCheckpoints: 2, evaluationSteps: 2 },
};
const inProcess = { name: 'onnxruntime', process: false, threads: 1 };

/** 1.7 million parameters. */
const baseModel = fileURLToPath(new URL('../../examples/word-problems/model', import.meta.url));

/** Rows of some 350 tokens. */
function longRows(count: number): string {
  const numbers = (row: number, modulus: number): string =>
    Array.from({ length: 60 }, (_, index) => (row * index + index) % modulus).join(' ');
  const rows = Array.from({ length: count }, (_, row) => ({ prompt: numbers(row, 97), completion: numbers(row, 89) }));
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Name and content of each configuration. */
const configurations = {
  'onnxruntime.json': { ...run, backend: inProcess },
  'lora.json': { ...run, backend: inProcess, adapter: { rank: 2, dropout: 0.1 } },
  'reference.json': { ...run, backend: { name: 'reference', process: false }, steps: 3 },
  // A large part of a checkpoint is then written by the other process.
  'engine.json': { ...run, backend: { name: 'onnxruntime', threads: 1 } },
  // Some 700 MiB, of which most is what a step keeps: 11,520 tokens at once.
  'memory.json': {
    ...{ model: baseModel, backend: { name: 'onnxruntime', threads: 1, activationMemory: 8192 }, masking: 'sft' },
    ...{
      data: { train: 'long.jsonl' },
      steps: 2,
      batchSize: 32,
      microBatchTokens: 16_384,
      checkpointSteps: 1,
      seed: 1,
    },
  },
  'ablation.json': {
    run: { ...run, backend: inProcess, steps: 2 },
    axes: { seed: [1, 2] },
    evaluations: { solved: { evaluator: 'perplexity', data: 'eval.jsonl' } },
  },
};

export async function writeInputs(): Promise<Inputs> {
  const folder = mkdtempSync(join(tmpdir(), 'profit-faults-'));
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  await writeTinyModel(at('base'));
  writeFileSync(at('train.jsonl'), sums(0, 12));
  writeFileSync(at('eval.jsonl'), sums(40, 4));
  writeFileSync(at('questions.jsonl'), sums(60, 6));
  writeFileSync(at('long.jsonl'), longRows(32));
  for (const [name, content] of Object.entries(configurations)) writeFileSync(at(name), JSON.stringify(content));
  let count = 0;
  return {
    folder,
    at,
    fresh: (name) => at(`${name}-${++count}`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
