/** LoRA from configurations and the command line: training, what reads an adapter, merging. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRegistry, defineBackend, schema, type Registry } from '@profit-sft/core';
import { runProfit } from '../command-line/run-profit.js';
import { builtinRegistry } from '../registry.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';

let folder: string;
const at = (name: string): string => join(folder, name);

async function profit(args: string[], registry = inProcessRegistry) {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, registry);
  return { code, out: texts.out, error: texts.error };
}
async function profitJson<T>(...args: string[]): Promise<T> {
  const { code, out, error } = await profit([...args, '--json']);
  expect(code, error).toBe(0);
  return JSON.parse(out) as T;
}

interface Result {
  readonly metrics: { readonly evalNllBefore: number; readonly evalNll: number };
}
const perplexity = (...args: string[]) =>
  profitJson<{ metrics: { meanNll: number } }>(
    'eval',
    ...args,
    '--evaluator',
    'perplexity',
    '--data',
    at('eval.jsonl'),
  ).then(({ metrics }) => metrics.meanNll);

let trained: Result;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-adapter-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 40));
  writeFileSync(at('eval.jsonl'), sums(40, 10));
  const run = {
    model: 'model',
    adapter: { rank: 4, alpha: 8, dropout: 0.1, targets: 'all-linear' },
    masking: { name: 'sft' },
    data: { train: 'train.jsonl', eval: 'eval.jsonl' },
    ...{ steps: 12, batchSize: 8, learningRate: 0.02, warmup: 0, seed: 1, checkpointSteps: 6, microBatchTokens: 40 },
  };
  writeFileSync(at('run.json'), JSON.stringify(run));
  trained = await profitJson<Result>('train', at('run.json'), '--out', at('run'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('train', () => {
  test('lowers the loss and writes an adapter with the tokenizer, and nothing of the base', () => {
    expect(trained.metrics.evalNll).toBeLessThan(trained.metrics.evalNllBefore - 0.1);
    expect(readdirSync(at('run/model')).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const config = JSON.parse(readFileSync(at('run/model/adapter_config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ r: 4, lora_alpha: 8, lora_dropout: 0.1, base_model_name_or_path: at('model') });
    const [state] = readdirSync(at('run/checkpoints'));
    const [adapter, moments] = ['weights', 'moments'].map(
      (name) => readFileSync(at(`run/checkpoints/${state}/model-state/${name}.safetensors`)).byteLength,
    );
    expect(moments).toBeLessThan(3 * adapter);
    expect(adapter).toBeLessThan(readFileSync(at('model/model.safetensors')).byteLength);
  });

  test('goes on from a checkpoint to the same bytes, dropout included', async () => {
    cpSync(at('run'), at('resumed'), { recursive: true });
    for (const name of ['result.json', 'model', 'checkpoints/step-00000012']) {
      rmSync(at(`resumed/${name}`), { recursive: true });
    }
    expect(readdirSync(at('resumed/checkpoints'))).toEqual(['step-00000006']);
    await profitJson('train', at('run.json'), '--out', at('resumed'), '--resume');
    const weights = (run: string): Buffer => readFileSync(at(`${run}/model/adapter_model.safetensors`));
    expect(weights('resumed').equals(weights('run'))).toBe(true);
  });

  test('goes on from an adapter, by a path from the configuration’s folder', async () => {
    const from = ['--set', 'adapter={"from":"run/model"}', '--set', 'steps=2'];
    const result = await profitJson<Result>('train', at('run.json'), ...from, '--out', at('continued'));
    expect(result.metrics.evalNllBefore).toBeCloseTo(trained.metrics.evalNll, 5);
  });

  test.each([
    ['adapter={"from":"run/model","rank":8}', 2, /adapter: rank: is 8, but the adapter in .* has 4; leave it out/],
    ['adapter.targets=["q_proj","query"]', 2, /adapter: targets: has "query", which no linear map is called; .*q_proj/],
    ['adapter.targets=["lm_head"]', 2, /Embeddings and the head get no adapters/],
    ['adapter.dropout=1', 2, /adapter\.dropout: expected number in \[0, 1\)/],
    ['adapter.rnak=1', 2, /adapter\.rnak: unknown key\. Did you mean "rank"\?/],
    ['adapter={"from":"model"}', 4, /model\/adapter_config\.json: does not exist/],
    ['model=run/model', 2, /is an adapter itself/],
  ])('%s is refused', async (setting, expected, message) => {
    const { code, error } = await profit(['train', at('run.json'), '--set', setting, '--out', at('refused')]);
    expect(error).toMatch(message);
    expect(code).toBe(expected);
    expect(readdirSync(folder)).not.toContain('refused');
  });

  test('a backend that knows no adapters is refused by name', async () => {
    const plain = defineBackend({
      name: 'plain',
      description: 'a backend without adapters',
      source: 'this test',
      options: schema.object({}),
      create: () => ({ name: 'plain', open: () => Promise.reject(new Error('was opened')) }),
      diagnose: () => Promise.resolve([]),
    });
    const { masking, datasets, evaluators } = builtinRegistry.plugins;
    const registry = createRegistry({ masking, datasets, evaluators, backends: [plain] }) as unknown as Registry;
    const refused = /adapter: backend plain has no LoRA adapters/;
    const training = await profit(
      ['train', at('run.json'), '--set', 'backend=plain', '--out', at('refused')],
      registry,
    );
    expect(training.error).toMatch(refused);
    const generating = await profit(
      ['generate', '--model', at('run/model'), '--prompt', '1', '--backend', 'plain'],
      registry,
    );
    expect(generating.error).toMatch(refused);
  });
});

describe('an adapter in place of a model', () => {
  test('is evaluated with the base that it names, or with --base', async () => {
    expect(await perplexity('--model', at('run/model'))).toBeCloseTo(trained.metrics.evalNll, 5);
    cpSync(at('run/model'), at('elsewhere'), { recursive: true });
    const config = readFileSync(at('elsewhere/adapter_config.json'), 'utf8');
    writeFileSync(at('elsewhere/adapter_config.json'), config.replace(at('model'), 'someone/a-model'));
    const { code, error } = await profit(['generate', '--model', at('elsewhere'), '--prompt', '1']);
    expect(code).toBe(4);
    expect(error).toMatch(/names the base model "someone\/a-model", which is no model directory here; .*--base/);
    expect(await perplexity('--model', at('elsewhere'), '--base', at('model'))).toBeCloseTo(trained.metrics.evalNll, 5);
  });

  test('generates, is inspected, and serves as a reference', async () => {
    await profitJson('merge', '--adapter', at('run/model'), '--out', at('merged'));
    const sample = ['--prompt', '1+2=', '--max-tokens', '8', '--temperature', '3', '--seed', '2'];
    const [beside, merged] = await Promise.all(
      ['run/model', 'merged'].map((model) =>
        profitJson<{ tokens: number[] }>('generate', '--model', at(model), ...sample),
      ),
    );
    expect(beside.tokens.length).toBeGreaterThan(2);
    expect(beside).toEqual(merged);
    const inspect = ['inspect', '--data', at('eval.jsonl'), '--masking', 'rho-1'];
    const { meanNll } = await profitJson<{ meanNll: number }>(
      ...inspect,
      ...['--model', at('run/model'), '--reference', at('run/model'), '--rows', '10'],
    );
    expect(meanNll).toBeCloseTo(trained.metrics.evalNll, 5);
  });

  test('--base is refused for a model that is no adapter', async () => {
    const { code, error } = await profit([
      ...['generate', '--model', at('model'), '--base', at('model'), '--prompt', '1'],
    ]);
    expect(code).toBe(2);
    expect(error).toMatch(/base: is for adapters, and .* has no adapter_config\.json/);
  });

  test('is not exported before it is merged', async () => {
    const { code, error } = await profit([
      ...['export', '--model', at('run/model'), '--format', 'onnx', '--out', at('exported')],
    ]);
    expect(code).toBe(4);
    expect(error).toMatch(/holds an adapter; merge it first: profit merge --adapter/);
  });
});

describe('merge', () => {
  test.each([
    ['F32', 5],
    ['BF16', 2],
  ] as const)('writes a model in %s that measures the same', async (dtype, digits) => {
    const out = at(`merged-${dtype}`);
    await profitJson('merge', '--adapter', at('run/model'), '--out', out, '--dtype', dtype);
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']));
    expect(await perplexity('--model', out)).toBeCloseTo(trained.metrics.evalNll, digits);
    const again = await profit(['merge', '--adapter', at('run/model'), '--out', out]);
    expect(again.code).toBe(6);
  });

  test('refuses a base that the adapter does not fit, naming the tensor', async () => {
    await writeTinyModel(at('other'), { layers: 1 });
    const { code, error } = await profit([
      ...['merge', '--adapter', at('run/model'), '--model', at('other'), '--out', at('unmerged')],
    ]);
    expect(code).toBe(4);
    expect(error).toMatch(/"base_model\.model\.model\.layers\.1\.[^"]+" belongs to no linear map of the base's layers/);
    expect(readdirSync(folder)).not.toContain('unmerged');
  });
});
