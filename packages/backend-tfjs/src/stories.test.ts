import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openModel as openOnnxruntime } from '@profit-sft/backend-onnxruntime';
import { batchOfSequences } from '@profit-sft/testing';
import { openModel } from './open-model.js';
import { keepAll } from './testing/fixtures.js';
import { hasSharedData, sharedData } from './testing/shared-data.js';

interface Golden {
  readonly greedy_200_tokens_from_bos: number[];
  readonly prompt_ids_llama2c: number[];
  readonly prompt_per_token_nll_nats: number[];
}

describe.skipIf(!hasSharedData)('stories260K, a trained model (skipped where PROFIT_TEST_DATA is absent)', () => {
  const directory = join(sharedData, 'models/stories260K/hf');
  let golden: Golden;
  beforeAll(async () => {
    golden = JSON.parse(await readFile(join(sharedData, 'models/stories260K/golden.json'), 'utf8')) as Golden;
  });

  test.each([
    ['wasm', 200],
    ['cpu', 40],
  ] as const)(
    '%s: NLL of the golden prompt, greedy text as ONNX Runtime’s, token for token',
    async (runtime, count) => {
      const model = await openModel(directory, { ...keepAll, runtime });
      const { logProb } = await model.score(batchOfSequences([golden.prompt_ids_llama2c], 'packed'));
      expect(logProb.length).toBe(golden.prompt_per_token_nll_nats.length);
      logProb.forEach((value, i) => expect(Math.abs(-value - golden.prompt_per_token_nll_nats[i])).toBeLessThan(1e-3));

      const other = await openOnnxruntime(directory, { ...keepAll, threads: 1 });
      const expected = golden.greedy_200_tokens_from_bos.slice(1, count);
      const prompts = [Int32Array.of(1), Int32Array.from(golden.prompt_ids_llama2c)];
      const options = { maxTokens: expected.length };
      const own = await model.generate(prompts, options);
      expect([...own[0].tokens]).toEqual(expected);
      expect(own).toEqual(await other.generate(prompts, options));
      await model.dispose();
      await other.dispose();
    },
  );

  test('wasm: sequences join and leave a cache that grows and shrinks, as with ONNX Runtime', async () => {
    const cache = { cacheMemoryBytes: 2 ** 30, maxSequences: 3 };
    const model = await openModel(directory, { ...keepAll, runtime: 'wasm', cache });
    const other = await openOnnxruntime(directory, { ...keepAll, threads: 1, cache });
    const prompts = [3, 9, 5, 30, 2, 7].map((length) => Int32Array.from(golden.prompt_ids_llama2c.slice(0, length)));
    // The cache of the second is three times as long as those that come behind it need.
    const counts = [4, 170, 6, 12, 180, 5];
    const options = () => {
      const left = [...counts];
      return { maxTokens: 200, endIds: [], until: (prompt: number) => --left[prompt] === 0 };
    };
    const generations = await model.generate(prompts, options());
    expect(generations.map(({ tokens }) => tokens.length)).toEqual(counts);
    expect(generations).toEqual(await other.generate(prompts, options()));
    await model.dispose();
    await other.dispose();
  });
});
