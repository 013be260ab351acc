/** Scores, distributions and generation over an export that ONNX Runtime itself runs, with the calls that Transformers.js takes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '@profit-sft/backend-onnxruntime';
import { modelSignalNames, type FrozenModel } from '@profit-sft/core';
import { defaultCacheOptions, type CacheOptions } from '@profit-sft/engine';
import { readModelConfig } from '@profit-sft/models';
import { differences, mixedBatch, openOwn } from '../testing/compare-models.js';
import { fixture } from '../testing/fixtures.js';
import { sessionModel } from '../testing/session-library.js';
import { ExportedModel } from './exported-model.js';
import { TransformersModel } from './transformers-model.js';

let folder: string;
let own: FrozenModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-exported-'));
  await exportOnnx(fixture('qwen3'), join(folder, 'qwen3'));
  own = await openOwn(fixture('qwen3'));
});
afterAll(async () => {
  await own.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function open(
  limits: { rows: number; tokens: number },
  inPieces: boolean,
  cache: CacheOptions = defaultCacheOptions,
): Promise<TransformersModel> {
  const directory = join(folder, 'qwen3');
  const config = await readModelConfig(directory);
  const { library, model } = await sessionModel(directory, [config.keyValueHeads, config.headSize]);
  const exported = new ExportedModel(library, model, directory, config, limits, inPieces);
  return new TransformersModel(config, exported, 'onnxruntime', cache);
}

describe.each([
  ['all sequences in one pass', { rows: Infinity, tokens: Infinity }, true],
  ['two at a time, long ones in pieces', { rows: Infinity, tokens: 6 }, true],
  ['a token at a time', { rows: Infinity, tokens: 1 }, true],
  ['a sequence at a time, whole', { rows: 1, tokens: 1 }, false],
])('%s', (_, limits, inPieces) => {
  let model: TransformersModel;
  beforeAll(async () => void (model = await open(limits, inPieces)));
  afterAll(() => model.dispose());

  test('every signal is the engine’s', async () => {
    const settings = { topK: 5, distribution: { towards: 'tempered', temperature: 3 } } as const;
    const signals = await model.score(mixedBatch, modelSignalNames, settings);
    const expected = await own.score(mixedBatch, modelSignalNames, settings);
    for (const [name, difference] of Object.entries(differences(signals, expected))) {
      expect(difference, name).toBeLessThan(name === 'expectedRank' ? 2e-3 : 1e-5);
    }
    expect(signals).toMatchObject({ length: mixedBatch.scored.length, tokenId: mixedBatch.scored.target });
  });

  test('distributions, in parts that cut sequences, are the engine’s', async () => {
    const distributions = await model.distributions(mixedBatch);
    const expected = await own.distributions(mixedBatch);
    const { length } = mixedBatch.scored;
    for (let first = 0; first < length; first += 5) {
      const count = Math.min(5, length - first);
      const logProbs = await distributions.logProbs(first, count);
      const theirs = await expected.logProbs(first, count);
      expect(logProbs).toHaveLength(theirs.length);
      expect(logProbs.every((value, index) => Math.abs(value - theirs[index]) < 1e-5)).toBe(true);
    }
    distributions.release();
    expected.release();
  });

  test('cross-entropy towards a reference', async () => {
    const reference = await own.distributions(mixedBatch);
    const { crossEntropy, entropy } = await model.score(mixedBatch, ['entropy'], {
      ...{ distribution: { towards: 'reference' }, reference },
    });
    // Towards itself it is the entropy.
    const close = (value: number, index: number): boolean => Math.abs(value - (entropy as Float32Array)[index]) < 1e-4;
    expect(crossEntropy?.every(close)).toBe(true);
    reference.release();
  });

  test('generation is the engine’s, token for token: greedy and drawn, to an end and to a length', async () => {
    const prompts = [[1, 5, 40, 33], [12], [1, 66, 3, 3, 17, 9, 30], [12]].map((ids) => Int32Array.from(ids));
    for (const options of [
      { maxTokens: 40 },
      { maxTokens: 30, temperature: 1, topK: 20, seed: 11, endIds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14] },
      { maxTokens: 12, temperature: 0.7, topP: 0.8, seed: 3 },
      { maxTokens: 0 },
    ]) {
      const progress: number[] = [];
      const onProgress = (tokens: number): void => void progress.push(tokens);
      const generations = await model.generate(prompts, { ...options, onProgress });
      expect(generations).toEqual(await own.generate(prompts, options));
      expect(progress.length > 0).toBe(options.maxTokens > 0);
    }
  });
});

test('drawn sequences end at different times, so that the cache loses rows', async () => {
  const prompts = [[1, 5, 40, 33], [12], [7, 8]].map((ids) => Int32Array.from(ids));
  const options = { maxTokens: 30, temperature: 1, topK: 20, seed: 11, endIds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14] };
  const generations = await own.generate(prompts, options);
  expect(new Set(generations.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(1);
});

test('prompts join a batch that is running, shorter and longer ones, and are continued as by the engine', async () => {
  const model = await open({ rows: Infinity, tokens: Infinity }, true, { ...defaultCacheOptions, maxSequences: 3 });
  const prompts = Array.from({ length: 11 }, (_, index) =>
    Int32Array.from({ length: 1 + ((index * 5) % 9) }, (__, place) => 3 + ((index * 7 + place * 11) % 60)),
  );
  // Each ends after a number of tokens of its own.
  const lengths = (): ((prompt: number) => boolean) => {
    const counts = prompts.map(() => 0);
    return (prompt) => ++counts[prompt] >= 2 + ((prompt * 13) % 17);
  };
  const options = { maxTokens: 30, temperature: 0.9, topK: 20, seed: 4, endIds: [] };
  const generations = await model.generate(prompts, { ...options, until: lengths() });
  expect(generations).toEqual(await own.generate(prompts, { ...options, until: lengths() }));
  expect(new Set(generations.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(5);
  await model.dispose();
});

test('logits of another vocabulary are refused by the file’s name', async () => {
  const directory = join(folder, 'qwen3');
  const config = await readModelConfig(directory);
  const { library, model } = await sessionModel(directory, [config.keyValueHeads, config.headSize]);
  const exported = new ExportedModel(
    library,
    model,
    'onnx/model.onnx',
    { ...config, vocabularySize: 5 },
    { rows: 1, tokens: 100 },
    true,
  );
  const pass = exported.pass([[1, 2]], [[1, 1]], undefined);
  await expect(pass).rejects.toThrow(
    `onnx/model.onnx: gives logits of float32 [1, 2, ${config.vocabularySize}] instead of float32 [1, 2, 5]`,
  );
  await exported.dispose();
});
