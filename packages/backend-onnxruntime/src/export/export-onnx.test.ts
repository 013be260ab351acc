import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parameterCount, readModelConfig } from '@profit-sft/models';
import { openModel, type OpenOptions } from '../engine/open-model.js';
import { ExportedModelSession } from '../testing/exported-model.js';
import { hasSharedData, sharedData } from '../testing/shared-data.js';
import { exportOnnx } from './export-onnx.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../../models/fixtures/${name}`, import.meta.url));
const options: OpenOptions = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 0, saveDtype: 'F32' };
const json = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-export-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The engine's own greedy continuations, past end tokens. */
async function ownGreedy(directory: string, prompts: readonly number[][], maxTokens: number): Promise<number[][]> {
  const model = await openModel(directory, options);
  const endless = { maxTokens, endIds: [] };
  const generations = await model.generate(
    prompts.map((prompt) => Int32Array.from(prompt)),
    endless,
  );
  await model.dispose();
  return generations.map(({ tokens }) => [...tokens]);
}

/** Fewer than the positions that the GPT-2 of the fixtures has learned. */
const newTokens = 24;

describe.each([
  'llama-tied',
  'llama-untied-scaled',
  'llama-tied-bf16',
  'llama-tied-sharded',
  'qwen2',
  'qwen3',
  'olmo2',
  'gpt2',
])('%s', (name) => {
  test('ONNX Runtime alone generates the engine’s tokens, also padded and beside others', async () => {
    const prompts = [[1, 5, 40, 33], [1, 66, 2, 2, 17, 9, 30], [12]];
    const expected = await ownGreedy(fixture(name), prompts, newTokens);
    await exportOnnx(fixture(name), join(folder, name));
    const config = await readModelConfig(join(folder, name));
    const exported = await ExportedModelSession.open(join(folder, name, 'onnx/model.onnx'), config);
    expect(await exported.greedy(prompts, newTokens)).toEqual(expected);
    expect(await exported.greedy([prompts[0]], newTokens)).toEqual([expected[0]]);
    await exported.release();
  });
});

test('inputs and outputs are those of Hugging Face’s exports', async () => {
  await exportOnnx(fixture('qwen3'), join(folder, 'interface'));
  const config = await readModelConfig(join(folder, 'interface'));
  const { session } = await ExportedModelSession.open(join(folder, 'interface/onnx/model.onnx'), config);
  const layers = [0, 1].flatMap((layer) => ['key', 'value'].map((part) => `${layer}.${part}`));
  expect(session.inputNames).toEqual([
    ...['input_ids', 'attention_mask', 'position_ids'],
    ...layers.map((name) => `past_key_values.${name}`),
  ]);
  expect(session.outputNames).toEqual(['logits', ...layers.map((name) => `present.${name}`)]);
  const described = [...session.inputMetadata, ...session.outputMetadata].map((value) =>
    value.isTensor ? `${value.name} ${value.type} [${value.shape.join(', ')}]` : '',
  );
  expect(described).toContain('input_ids int64 [batch, sequence]');
  expect(described).toContain('attention_mask int64 [batch, past+sequence]');
  expect(described).toContain('position_ids int64 [batch, sequence]');
  expect(described).toContain('past_key_values.1.key float32 [batch, 2, past, 12]');
  expect(described).toContain('logits float32 [batch, sequence, 67]');
  expect(described).toContain('present.1.value float32 [batch, 2, past+sequence, 12]');
  await session.release();
});

test('a tied embedding is stored once', async () => {
  const { files } = await exportOnnx(fixture('llama-tied'), join(folder, 'once'));
  const config = await readModelConfig(fixture('llama-tied'));
  const numbers = 4 * (parameterCount(config) + config.maxPositions * config.headSize);
  const model = files.find(({ name }) => name === 'onnx/model.onnx');
  expect(model?.bytes).toBeGreaterThan(numbers);
  // Less than another embedding for the program.
  expect(model?.bytes).toBeLessThan(numbers + 30_000);
});

test('weights beyond the size of a file are in files beside the model', async () => {
  const output = join(folder, 'external');
  const { files, externalFiles } = await exportOnnx(fixture('qwen2'), output, { fileBytes: 20_000 });
  expect(externalFiles).toBeGreaterThan(2);
  expect(files.slice(0, 4).map(({ name }) => name)).toEqual([
    'onnx/model.onnx',
    'onnx/model.onnx_data',
    'onnx/model.onnx_data_1',
    'onnx/model.onnx_data_2',
  ]);
  for (const { name, bytes } of files) {
    expect((await stat(join(output, name))).size).toBe(bytes);
    if (name.includes('_data')) expect(bytes).toBeLessThanOrEqual(20_000);
  }
  expect((await json(join(output, 'config.json')))['transformers.js_config']).toEqual({
    dtype: 'fp32',
    use_external_data_format: externalFiles,
  });
  const exported = await ExportedModelSession.open(join(output, 'onnx/model.onnx'), await readModelConfig(output));
  const prompts = [[1, 5, 40, 33]];
  expect(await exported.greedy(prompts, 10)).toEqual(await ownGreedy(fixture('qwen2'), prompts, 10));
  await exported.release();
});

test('configuration and tokenizer come along; the configuration says what Transformers.js asks for', async () => {
  const model = join(folder, 'with-tokenizer');
  const output = join(folder, 'with-tokenizer-out');
  await cp(fixture('llama-untied-scaled'), model, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) await writeFile(join(model, name), `{"${name}": 1}`);
  const { files } = await exportOnnx(model, output);
  const names = ['config.json', 'generation_config.json', 'onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json'];
  expect(files.map(({ name }) => name).sort()).toEqual(names);
  for (const name of ['generation_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    expect(await readFile(join(output, name), 'utf8')).toBe(await readFile(join(model, name), 'utf8'));
  }
  expect(await json(join(output, 'config.json'))).toEqual({
    'transformers.js_config': { dtype: 'fp32' },
    ...(await json(join(model, 'config.json'))),
  });
  // Numbers keep their form.
  expect(await readFile(join(output, 'config.json'), 'utf8')).toContain('"factor": 8.0');
});

test('a configuration that leaves sizes to defaults gets them, and an own transformers.js_config stays', async () => {
  const model = join(folder, 'defaults');
  await cp(fixture('llama-tied'), model, { recursive: true });
  const { head_dim: _headSize, ...config } = await json(join(model, 'config.json'));
  const own = { device: 'wasm', dtype: 'q4' };
  await writeFile(join(model, 'config.json'), JSON.stringify({ ...config, 'transformers.js_config': own }));
  await exportOnnx(model, join(folder, 'defaults-out'));
  expect(await json(join(folder, 'defaults-out/config.json'))).toEqual({
    ...config,
    head_dim: 8,
    'transformers.js_config': { device: 'wasm', dtype: 'fp32' },
  });
});

test('a directory that is not empty, or a file, is refused and left alone', async () => {
  await writeFile(join(folder, 'file'), 'text');
  await expect(exportOnnx(fixture('qwen2'), folder)).rejects.toThrow('exists already and is not empty');
  await expect(exportOnnx(fixture('qwen2'), join(folder, 'file'))).rejects.toMatchObject({ kind: 'output' });
  expect(await readdir(folder)).not.toContain('onnx');
  await expect(exportOnnx(join(folder, 'nothing'), join(folder, 'never'))).rejects.toMatchObject({ kind: 'model' });
  expect(await readdir(folder)).not.toContain('never');
});

describe.skipIf(!hasSharedData)('stories260K, a trained model (skipped where PROFIT_TEST_DATA is absent)', () => {
  test('200 greedy tokens, token for token', async () => {
    const golden = (await json(join(sharedData, 'models/stories260K/golden.json'))) as {
      greedy_200_tokens_from_bos: number[];
    };
    const output = join(folder, 'stories');
    await exportOnnx(join(sharedData, 'models/stories260K/hf'), output);
    const exported = await ExportedModelSession.open(join(output, 'onnx/model.onnx'), await readModelConfig(output));
    const [start, ...expected] = golden.greedy_200_tokens_from_bos;
    expect(await exported.greedy([[start]], expected.length)).toEqual([expected]);
    await exported.release();
  });
});
