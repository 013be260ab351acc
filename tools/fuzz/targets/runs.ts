import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finishedRun, readEvaluation, readOutcome, readSpecification } from '@profit-sft/experiments';
import { AnnotationFile } from '../../../packages/cli/src/annotation/annotation-file.js';
import { loadTrainingState, saveTrainingState } from '../../../packages/engine/src/model/training-state.js';
import type { Optimizer } from '../../../packages/engine/src/model/engine.js';
import type { StoredParameter } from '../../../packages/engine/src/passes/parameters.js';
import { openAnswers, readAnswers } from '../../../packages/evaluators/src/generation/answers-file.js';
import { parseHolderName } from '../../../packages/durable-files/src/lock/lock-holder.js';
import { prepareJob } from '../../../packages/experiments/src/jobs/job-directory.js';
import { newestCheckpoint } from '../../../packages/trainer/src/checkpoint.js';
import { inspectOutputDirectory } from '../../../packages/trainer/src/output-directory.js';
import { PreviousSignals } from '../../../packages/trainer/src/previous-signals.js';
import { cacheFile, readCache, writeCache } from '../../../packages/trainer/src/reference-cache.js';
import { initialRunState } from '../../../packages/trainer/src/run-state.js';
import { jsonInputs, jsonLinesInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { emptyFolder, textOf, writeInput } from '../write-input.js';

const evaluation = { step: 1, meanNll: 2, objective: 2, keptFraction: 1, meanProb: 0.1, tokens: 3 };
const trainer = {
  format: 1,
  identity: {
    configuration: { seed: 1 },
    data: { train: 'a' },
    rule: { name: 'sft', normaliser: 'kept' },
    model: { architecture: 'qwen3', parameters: 9 },
  },
  state: { ...initialRunState, step: 12, firstEvaluation: evaluation, bestEvaluation: evaluation, warned: ['slow'] },
  ruleState: { mean: [0.5] },
  previousLogProb: [{ step: 13, logProb: ['AACAPw=='] }],
  eventsLength: 0,
  files: [{ path: 'optimizer.json', bytes: 2 }],
};
const previous = new PreviousSignals(undefined as never, () => [], 1, 20);

/** One parameter that is somewhere else than in an engine. */
function parameters(): StoredParameter[] {
  const values = new Float32Array(4);
  return [
    {
      ...{ name: 'a', shape: [2, 2], size: 4 },
      read: () => Promise.resolve(values),
      load: async (_, fill) => void (await fill(values)),
      clearGradient: () => undefined,
    },
  ];
}
const optimizer = (): Optimizer => ({ step: 3 }) as unknown as Optimizer;

const made = mkdtempSync(join(tmpdir(), 'profit-fuzz-seeds-'));
await saveTrainingState(made, parameters(), optimizer(), { passes: 2 });
const savedState = new Map(readdirSync(made).map((name) => [name, readFileSync(join(made, name))]));
const stored = (name: string): Uint8Array => savedState.get(name) as Uint8Array;

const answersSettings = {
  ...{ evaluator: 'gsm8k', model: 'm', runtime: 'r', data: 'd', prompts: 'p', items: 1, repeats: 1, seed: 0 },
  decoding: { temperature: 0, topP: 1, maxTokens: 10, stop: [] },
} as unknown as Parameters<typeof openAnswers>[1];
const answersFile = join(made, 'answers.jsonl');
const seed = await openAnswers(answersFile, answersSettings);
seed.append({ row: 0, repeat: 0, prompt: 'q', text: 'a', tokens: 1, seed: 0, finishReason: 'stop' });
seed.close();
const answerLines = readFileSync(answersFile, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as object);

const cacheKey = { model: 'm', data: 'd', signals: ['logProb'] as const };
writeCache(made, cacheKey, { logProb: new Float32Array([1, 2, 3]) });
const cached = readFileSync(cacheFile(made, cacheKey));
rmSync(made, { recursive: true, force: true });

const specification = {
  ...{ hash: '0123456789abcdef', labels: { seed: 0 }, trains: true, file: '/a/run.json', folder: '/a' },
  run: { model: 'm', data: { train: 't' } },
  evaluations: { solved: { evaluator: 'gsm8k', data: 'd', seed: 0 } },
  waitsFor: [{ key: 'learningRate', hash: 'fedcba9876543210', reference: { result: 'evalNll', of: { seed: 1 } } }],
};
const result = {
  hash: specification.hash,
  labels: { seed: 0 },
  metrics: { evalNll: 1 },
  seconds: 1,
  environment: 'Node',
  commands: ['profit train'],
};
const header = { annotator: 'openai-judge', options: { model: 'm' }, data: 'd' };
const annotation = {
  row: 0,
  reference: 0,
  origin: 'a:1',
  response: 'ab',
  spans: [{ start: 0, end: 1, label: 'core' }],
};

export const runTargets: readonly FuzzTarget[] = [
  {
    name: 'checkpoint',
    reads: '`trainer.json` of checkpoints',
    source: 'packages/trainer/src/checkpoint.ts',
    inputs: jsonInputs([trainer]),
    parse(input, folder) {
      const step = join(folder, 'step-00000012');
      writeInput(step, 'model-state/optimizer.json', '{}');
      const file = writeInput(step, 'trainer.json', input);
      const { checkpoint } = newestCheckpoint(folder);
      if (checkpoint?.record.previousLogProb !== undefined) previous.load(checkpoint.record.previousLogProb, file);
    },
  },
  {
    name: 'optimiser-state',
    reads: '`optimizer.json`, weights and moments of checkpoints',
    source: 'packages/engine/src/model/training-state.ts',
    inputs: jsonInputs([{ step: 3, lossScale: { scale: 1024, goodSteps: 5 }, dropoutPasses: 2 }]),
    async parse(input, folder) {
      emptyFolder(folder);
      for (const name of ['weights.safetensors', 'moments.safetensors']) writeInput(folder, name, stored(name));
      writeInput(folder, 'optimizer.json', input);
      const target = optimizer();
      await loadTrainingState(folder, parameters(), target, { passes: 0 });
      if (!Number.isSafeInteger(target.step) || target.step < 0) throw new Error(`took the step ${target.step}`);
    },
  },
  {
    name: 'optimiser-moments',
    reads: 'moments of checkpoints against the model',
    source: 'packages/engine/src/model/training-state.ts',
    inputs: mutatedBytes([stored('moments.safetensors'), stored('weights.safetensors')]),
    async parse(input, folder) {
      emptyFolder(folder);
      for (const name of ['weights.safetensors', 'optimizer.json']) writeInput(folder, name, stored(name));
      writeInput(folder, 'moments.safetensors', input);
      await loadTrainingState(folder, parameters(), optimizer());
    },
  },
  {
    name: 'run-record',
    reads: '`run.json`, `result.json` of training',
    source: 'packages/trainer/src/output-directory.ts',
    inputs: jsonInputs([{ identity: trainer.identity }, { steps: 3, evalNll: 1 }]),
    parse(input, folder) {
      writeInput(folder, 'run.json', input);
      writeInput(folder, 'result.json', input);
      return inspectOutputDirectory(folder, true);
    },
  },
  {
    name: 'score-cache',
    reads: 'cached scores of a reference model',
    source: 'packages/trainer/src/reference-cache.ts',
    inputs: mutatedBytes([cached]),
    parse(input, folder) {
      mkdirSync(folder, { recursive: true });
      writeInput('', cacheFile(folder, cacheKey), input);
      const found = readCache(folder, cacheKey, 3);
      if (found !== undefined && found.logProb?.length !== 3) throw new Error('a cache of another length');
    },
  },
  {
    name: 'answers',
    reads: 'files of kept answers',
    source: 'packages/evaluators/src/generation/answers-file.ts',
    inputs: jsonLinesInputs(answerLines),
    async parse(input, folder) {
      const file = writeInput(folder, 'answers.jsonl', input);
      readAnswers(file);
      const opened = await openAnswers(file, answersSettings);
      opened.close();
    },
  },
  {
    name: 'specification',
    reads: '`specification.json` of an ablation’s run',
    source: 'packages/experiments/src/jobs/job-directory.ts',
    inputs: jsonInputs([specification]),
    parse(input, folder) {
      writeInput(folder, `runs/${specification.hash}/specification.json`, input);
      prepareJob(folder, specification as unknown as Parameters<typeof prepareJob>[1]);
      readSpecification(join(folder, 'runs', specification.hash));
    },
  },
  {
    name: 'specification-read',
    reads: '`specification.json`, by the process that runs it',
    source: 'packages/experiments/src/jobs/job-directory.ts',
    inputs: jsonInputs([specification]),
    parse(input, folder) {
      writeInput(folder, 'specification.json', input);
      const { hash, run, labels, waitsFor, evaluations } = readSpecification(folder);
      const isObject = (value: unknown): boolean =>
        typeof value === 'object' && value !== null && !Array.isArray(value);
      if (!/^[0-9a-f]{16}$/.test(hash)) throw new Error(`took the hash ${JSON.stringify(hash)}, which becomes a path`);
      if (![run, labels, evaluations].every(isObject) || !Array.isArray(waitsFor)) throw new Error('no specification');
    },
  },
  {
    name: 'ablation-result',
    reads: '`result.json`, `failure.json` of an ablation’s run',
    source: 'packages/experiments/src/jobs/job-directory.ts',
    inputs: jsonInputs([result, { message: 'no', time: '2024-01-01T00:00:00.000Z' }]),
    parse(input, folder) {
      emptyFolder(folder);
      // A document with metrics is tried as a result, others as a failure.
      const name = textOf(input).includes('metrics') ? 'result.json' : 'failure.json';
      writeInput(folder, `runs/${result.hash}/${name}`, input);
      const outcome = readOutcome(folder, result.hash);
      if (outcome.state !== 'finished') return;
      for (const value of Object.values(outcome.result.metrics)) {
        if (typeof value !== 'number') throw new Error('took a metric that is no number');
      }
    },
  },
  {
    name: 'ablation-evaluation',
    reads: '`evaluations/*.json` of an ablation’s run',
    source: 'packages/experiments/src/results/finished-run.ts',
    inputs: jsonInputs([{ metrics: { accuracy: 1 }, items: [{ correct: true }] }]),
    parse(input, folder) {
      const parsed = readEvaluation(writeInput(folder, 'evaluations/solved.json', input));
      const evaluations = { solved: { evaluator: 'e', data: 'd', rows: undefined, seed: 0 } };
      finishedRun(folder, { labels: {}, evaluations }, { metrics: {} });
      for (const value of Object.values(parsed?.metrics ?? {})) {
        if (typeof value !== 'number') throw new Error('took a metric that is no number');
      }
    },
  },
  {
    name: 'lock-holder',
    times: 4,
    reads: 'names of those who hold a lock',
    source: 'packages/durable-files/src/lock/lock-holder.ts',
    inputs: mutatedBytes(['4242.123456.0123456789ab.0123456789abcdef.host-1']),
    parse: (input) => parseHolderName(textOf(input)),
  },
  {
    name: 'annotations',
    reads: 'files of labels that are gone on with',
    source: 'packages/cli/src/annotation/annotation-file.ts',
    inputs: jsonLinesInputs([header, annotation]),
    parse(input, folder) {
      const file = new AnnotationFile(writeInput(folder, 'labels.jsonl', input), header);
      file.has({ row: 0, reference: 0 });
      file.finish(new Map());
    },
  },
];
