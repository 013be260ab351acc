import { applySetting, parseRunConfig, parseSetting } from '@profit-sft/core';
import { parseAblation, specifyRuns } from '@profit-sft/experiments';
import fc from 'fast-check';
import { readConfigFile } from '../../../packages/cli/src/configuration/read-config-file.js';
import { namedPlugin } from '../../../packages/cli/src/command-line/plugin-arguments.js';
import { dataFile } from '../../../packages/cli/src/data/load-data.js';
import { builtinRegistry } from '@profit-sft/cli';
import { stringify } from 'yaml';
import { jsonInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { textOf, writeInput } from '../write-input.js';

const run = {
  model: 'models/base',
  data: { train: 'train.jsonl', eval: { name: 'file', path: ['a.jsonl', 'b.csv'], columns: { prompt: 'q' } } },
  masking: { name: 'profit', threshold: 0.1 },
  adapter: { name: 'lora', rank: 4, targets: ['q_proj'] },
  optimizer: { beta1: 0.8, weightDecay: 0.1 },
  schedule: 'cosine',
  warmup: 0.1,
  epochs: 1,
  batchSize: 8,
  learningRate: 0.001,
  seed: 1,
};
const ablation = {
  run: { ...run },
  axes: {
    'optimizer.beta1': [0.8, 0.9],
    rule: {
      sft: { masking: 'sft' },
      scaled: { masking: 'dft', learningRate: { result: 'evalNll', of: { rule: 'sft' }, times: 2 } },
    },
    seed: [0, 1],
  },
  leaveOut: [{ rule: 'sft', seed: 1 }],
  baseline: { rule: 'sft' },
  evaluations: { solved: { evaluator: 'exact-match', data: 'test.jsonl', rows: 10 } },
  metrics: ['solved.accuracy'],
};
const simpleAblation = {
  run: 'run.json',
  axes: { rule: { a: { masking: 'sft' }, b: { masking: 'dft' } }, seed: [0, 1] },
};

async function readRun(input: Uint8Array, folder: string, name: string): Promise<void> {
  parseRunConfig(await readConfigFile(writeInput(folder, name, input)), name);
}

async function readAblation(input: Uint8Array, folder: string, name: string): Promise<void> {
  const config = parseAblation(await readConfigFile(writeInput(folder, name, input)), name);
  specifyRuns(config, run, { file: '/a/run.json', folder: '/a' }, name);
}

const settings = [
  'masking.threshold=0.2',
  'data.train.path=["a","b"]',
  'optimizer={"beta1":0.5}',
  'data.eval.columns.prompt=q',
  'seed=null',
];
const settingKeys = fc.constantFrom(
  'masking',
  'data',
  'train',
  'eval',
  'path',
  '0',
  'length',
  'seed',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
);
const builtSetting = fc
  .tuple(fc.array(settingKeys, { minLength: 1, maxLength: 5 }), fc.oneof(fc.json({ maxDepth: 2 }), fc.string()))
  .map(([keys, value]) => new TextEncoder().encode(`${keys.join('.')}=${value}`));

export const configurationTargets: readonly FuzzTarget[] = [
  {
    name: 'run-json',
    reads: 'run configurations, JSON',
    source: 'packages/cli/src/configuration/read-config-file.ts',
    inputs: jsonInputs([run]),
    parse: (input, folder) => readRun(input, folder, 'run.json'),
  },
  {
    name: 'run-yaml',
    reads: 'run configurations, YAML',
    source: 'packages/cli/src/configuration/read-config-file.ts',
    inputs: mutatedBytes([
      stringify(run),
      'model: &name a\ndata: {train: *name}\nmasking: {name: profit}\nseed: 0x10\n',
    ]),
    parse: (input, folder) => readRun(input, folder, 'run.yaml'),
  },
  {
    name: 'ablation',
    reads: 'ablations, JSON and YAML, to runs',
    source: 'packages/experiments/src/grid',
    inputs: fc.oneof(
      { weight: 3, arbitrary: jsonInputs([ablation, simpleAblation]) },
      mutatedBytes([stringify(ablation)]),
    ),
    // JSON is YAML, but for what YAML refuses.
    parse: (input, folder) => readAblation(input, folder, input[0] === 0x7b ? 'ablation.json' : 'ablation.yaml'),
  },
  {
    name: 'setting',
    times: 4,
    reads: '`--set`',
    source: 'packages/core/src/run-config/apply-setting.ts',
    inputs: fc.oneof(builtSetting, mutatedBytes(settings)),
    parse(input) {
      const config: Record<string, unknown> = structuredClone(run);
      for (const setting of textOf(input).split('\n')) applySetting(config, parseSetting(setting));
      parseRunConfig(config, '--set');
    },
  },
  {
    name: 'argument',
    times: 4,
    reads: '`--data`, `--evaluator` as JSON',
    source: 'packages/cli/src/command-line/plugin-arguments.ts',
    inputs: jsonInputs([
      { name: 'exact-match', answerPattern: '(\\d+)', repeats: 2 },
      { name: 'file', path: 'a', columns: { prompt: 'q' } },
    ]),
    async parse(input) {
      const text = textOf(input);
      const data = dataFile(text);
      if (Object.hasOwn(data.options, 'name')) throw new Error('the name is among the options');
      // A name that is a path or package would be imported: code, which the command line may name.
      const safe = text.trimStart().startsWith('{"name":"exact-match"') ? text : 'exact-match';
      await namedPlugin(builtinRegistry, 'evaluator', safe);
    },
  },
];
