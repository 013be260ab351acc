/** The backend with the Transformers.js that `PROFIT_TRANSFORMERS_JS` names, each in the model's own process. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '@profit-sft/backend-onnxruntime';
import { modelSignalNames, type FrozenModel } from '@profit-sft/core';
import { findInstallation } from './installation/find-installation.js';
import { openInProcess } from './model/open-in-process.js';
import { differences, mixedBatch, openOwn } from './testing/compare-models.js';
import { fixture, hasSharedData, packedRows, sharedData, unlessShared } from './testing/fixtures.js';
import { hasInstallations, installationFolders, unlessInstalled } from './testing/installations.js';
import { transformers } from './transformers.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'profit-transformers-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The export of a model, made once. */
async function exported(name: string, model: string): Promise<string> {
  const directory = join(folder, name);
  if (!existsSync(directory)) await exportOnnx(model, directory);
  return directory;
}

async function withBoth(
  name: string,
  model: string,
  options: { installation: string },
  task: (theirs: FrozenModel, own: FrozenModel) => Promise<void>,
): Promise<void> {
  const own = await openOwn(model);
  const theirs = await transformers(options).open(await exported(name, model));
  try {
    await task(theirs, own);
  } finally {
    await theirs.dispose();
    await own.dispose();
  }
}

const folders = hasInstallations ? installationFolders : ['none'];
const packageOf = (installation: string): string =>
  hasInstallations ? findInstallation(installation).packageName : '@huggingface/transformers';

describe.skipIf(!hasInstallations).each(folders)(`Transformers.js in %s${unlessInstalled}`, (installation) => {
  const version2 = packageOf(installation) === '@xenova/transformers';
  const architectures = ['llama-tied', 'llama-untied-scaled', 'qwen2', 'gpt2'];
  // Version 2 is older than these.
  if (!version2) architectures.push('qwen3', 'olmo2');

  test.each(architectures)('%s: signals, distributions and tokens are the engine’s', async (name) => {
    await withBoth(name, fixture(name), { installation }, async (theirs, own) => {
      const { runtime, ...description } = theirs.description;
      expect(runtime).toMatch(/^@(huggingface|xenova)\/transformers \d/);
      expect(own.description).toMatchObject({ ...description, distributionTerms: expect.anything() as unknown });
      const settings = { topK: 5, distribution: { towards: 'tempered', temperature: 2 } } as const;
      const signals = await theirs.score(mixedBatch, modelSignalNames, settings);
      const found = differences(signals, await own.score(mixedBatch, modelSignalNames, settings));
      // The expected rank is counted in bins, into which a token falls or just does not.
      const { expectedRank, ...exact } = found;
      expect(Math.max(...Object.values(exact)), JSON.stringify(found)).toBeLessThan(1e-4);
      expect(expectedRank).toBeLessThan(2e-3);

      const [given, expected] = [await theirs.distributions(mixedBatch), await own.distributions(mixedBatch)];
      const [logProbs, others] = [await given.logProbs(3, 8), await expected.logProbs(3, 8)];
      expect(logProbs.every((value, index) => Math.abs(value - others[index]) < 1e-4)).toBe(true);
      given.release();
      expected.release();

      const prompts = [[1, 5, 40, 33], [12], [1, 66, 3, 3, 17, 9, 30]].map((ids) => Int32Array.from(ids));
      for (const options of [{ maxTokens: 60 }, { maxTokens: 20, temperature: 0.8, topP: 0.9, topK: 12, seed: 5 }]) {
        const together = await theirs.generate(prompts, options);
        expect(together).toEqual(await own.generate(prompts, options));
        // A prompt's random numbers are those of its place, so only the first can be had alone.
        const [alone] = await theirs.generate(prompts.slice(0, 1), options);
        expect(alone).toEqual(together[0]);
      }
    });
  });

  test('passes that must be small change no number, nor does a second batch', async () => {
    const directory = await exported('llama-tied', fixture('llama-tied'));
    const own = await openOwn(fixture('llama-tied'));
    // Four tokens' logits: version 2 runs a sequence whole all the same.
    const small = await openInProcess(directory, {
      installation,
      logitsMemoryBytes: 4 * 4 * own.description.vocabularySize,
    });
    for (const batch of [mixedBatch, packedRows([[[1, 2, 3]]]), mixedBatch]) {
      const found = differences(await small.score(batch, ['mass']), await own.score(batch, ['mass']));
      expect(Math.max(...Object.values(found)), JSON.stringify(found)).toBeLessThan(1e-4);
    }
    const prompts = [Int32Array.of(1, 5, 40, 33, 8, 2, 11), Int32Array.of(9, 12)];
    expect(await small.generate(prompts, { maxTokens: 20 })).toEqual(await own.generate(prompts, { maxTokens: 20 }));
    await small.dispose();
    await own.dispose();
  });

  test('a sequence beyond the model’s positions is refused', async () => {
    const model = await transformers({ installation }).open(await exported('llama-tied', fixture('llama-tied')));
    const { maxPositions } = model.description;
    const long = packedRows([[new Array<number>(maxPositions + 2).fill(1)]]);
    const message = `a sequence has ${maxPositions + 1} tokens before its last target; the model has ${maxPositions} positions`;
    await expect(model.score(long, [])).rejects.toThrow(message);
    await expect(model.distributions(long)).rejects.toThrow(message);
    await model.dispose();
  });

  test.skipIf(!hasSharedData)(`stories260K, a trained model${unlessShared}`, async () => {
    const golden = JSON.parse(await readFile(join(sharedData, 'models/stories260K/golden.json'), 'utf8')) as {
      greedy_200_tokens_from_bos: number[];
    };
    const [start, ...expected] = golden.greedy_200_tokens_from_bos;
    await withBoth(
      'stories -- 260 K',
      join(sharedData, 'models/stories260K/hf'),
      { installation },
      async (theirs, own) => {
        const story = golden.greedy_200_tokens_from_bos;
        const batch = packedRows([[story, story.slice(40, 90)], [story.slice(10, 200)]]);
        const found = differences(
          await theirs.score(batch, modelSignalNames),
          await own.score(batch, modelSignalNames),
        );
        const { expectedRank, ...exact } = found;
        expect(Math.max(...Object.values(exact)), JSON.stringify(found)).toBeLessThan(1e-4);
        expect(expectedRank).toBeLessThan(2e-3);
        const prompts = [Int32Array.of(start), Int32Array.from(story.slice(0, 12)), Int32Array.of(start, 403)];
        const generations = await theirs.generate(prompts, { maxTokens: expected.length, endIds: [] });
        expect([...generations[0].tokens]).toEqual(expected);
        expect(generations).toEqual(await own.generate(prompts, { maxTokens: expected.length, endIds: [] }));
      },
    );
  });

  test('a directory that is no export, or of a model that this version does not know, is refused', async () => {
    const { open } = transformers({ installation });
    await expect(open(fixture('qwen2'))).rejects.toThrow(
      /onnx.model\.onnx: is missing: the backend transformers runs ONNX exports\. Make one with: profit export/,
    );
    await expect(open(join(folder, 'nowhere'))).rejects.toThrow(/config\.json: does not exist/);
    if (version2) {
      await expect(open(await exported('olmo2', fixture('olmo2')))).rejects.toThrow(
        /is of a olmo2 model, which @xenova\/transformers .* does not know\. Install @huggingface\/transformers instead/,
      );
    }
  });
});
