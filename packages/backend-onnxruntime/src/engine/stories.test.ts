import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineModel } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { hasSharedData, sharedData } from '../testing/shared-data.js';
import { openModel, type OpenOptions } from './open-model.js';

interface Golden {
  readonly greedy_200_tokens_from_bos: number[];
  readonly prompt_ids_llama2c: number[];
  readonly prompt_per_token_nll_nats: number[];
  readonly tinystories_first10_of_tinystories_100_json: { ids: number[]; mean_nll_nats: number }[];
}

const options: OpenOptions = { threads: 0, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' };
const mean = (logProb: Float32Array): number => -logProb.reduce((sum, value) => sum + value, 0) / logProb.length;

describe.skipIf(!hasSharedData)('stories260K, a trained model (skipped where PROFIT_TEST_DATA is absent)', () => {
  let model: EngineModel;
  let golden: Golden;
  beforeAll(async () => {
    model = await openModel(join(sharedData, 'models/stories260K/hf'), options);
    golden = JSON.parse(await readFile(join(sharedData, 'models/stories260K/golden.json'), 'utf8')) as Golden;
  });
  afterAll(() => model.dispose());

  test('per-token NLL of the golden prompt', async () => {
    const { logProb } = await model.score(batchOfSequences([golden.prompt_ids_llama2c], 'packed'));
    expect(logProb.length).toBe(golden.prompt_per_token_nll_nats.length);
    logProb.forEach((value, i) => expect(Math.abs(-value - golden.prompt_per_token_nll_nats[i])).toBeLessThan(1e-3));
  });

  test('mean NLL of the golden stories, packed several to a row', async () => {
    const stories = golden.tinystories_first10_of_tinystories_100_json;
    const batch = batchOfSequences(
      stories.map(({ ids }) => ids),
      'packed',
    );
    const { logProb, sequence } = await model.score(batch);
    stories.forEach((story, index) => {
      const own = logProb.filter((_, token) => sequence[token] === index);
      expect(Math.abs(mean(own) - story.mean_nll_nats)).toBeLessThan(2e-3);
    });
  });

  test('greedy text, token for token', async () => {
    const expected = golden.greedy_200_tokens_from_bos;
    const [{ tokens }] = await model.generate([Int32Array.of(1)], { maxTokens: expected.length - 1 });
    expect([1, ...tokens]).toEqual(expected);
  });

  test('saved and opened again it gives the same numbers', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'profit-stories-'));
    await model.save(directory);
    const again = await openModel(directory, options);
    const batch = batchOfSequences([golden.prompt_ids_llama2c], 'packed');
    expect((await again.score(batch)).logProb).toEqual((await model.score(batch)).logProb);
    await again.dispose();
    await rm(directory, { recursive: true });
  });
});
