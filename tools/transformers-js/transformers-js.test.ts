import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from '@profit-sft/backend-onnxruntime';
import { compareGeneration } from './compare-generation.js';
import { generateByTransformersJs, generateInWebAssembly, installations } from './transformers-js.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../packages/models/fixtures/${name}`, import.meta.url));
const sharedData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const stories = join(sharedData, 'models/stories260K');

test('a folder without Transformers.js is an error that says how to install it', () => {
  expect(installations('')).toEqual([]);
  expect(() => installations(tmpdir())).toThrow('npm install --ignore-scripts');
});

const found = installations();
const missing = found.length === 0 ? ' (skipped where PROFIT_TRANSFORMERS_JS is absent)' : '';
const each = found.length === 0 ? [{ folder: '', packageName: 'Transformers.js' }] : found;

describe.skipIf(found.length === 0).each(each)(`$packageName generates from our export${missing}`, (installation) => {
  const architectures = ['llama-tied', 'llama-untied-scaled', 'qwen2', 'gpt2'];
  // Version 2 is older than Qwen3.
  if (installation.packageName !== '@xenova/transformers') architectures.push('qwen3', 'olmo2');

  test.each(architectures)('%s: the engine’s tokens', async (name) => {
    const prompts = [[1, 5, 40, 33], [12], [1, 66, 3, 3, 17, 9, 30]];
    // The fixture's GPT-2 has learned 32 positions, and Transformers.js does not stop at the last.
    const newTokens = name === 'gpt2' ? 24 : 40;
    const { ours, theirs } = await compareGeneration(installation, fixture(name), prompts, newTokens);
    expect(theirs).toEqual(ours);
    expect(ours.some((tokens) => tokens.length > 10)).toBe(true);
  });

  test.skipIf(installation.packageName === '@xenova/transformers')('a batch, padded on the left', async () => {
    const prompts = [[1, 5, 40, 33], [12], [1, 66, 3, 3, 17, 9, 30]];
    const { ours, theirs } = await compareGeneration(installation, fixture('qwen3'), prompts, 40, { padded: true });
    expect(theirs).toEqual(ours);
  });

  test.skipIf(installation.packageName === '@xenova/transformers')('weights in files beside the model', async () => {
    const { ours, theirs } = await compareGeneration(installation, fixture('qwen3'), [[1, 5, 40]], 30, {
      fileBytes: 20_000,
    });
    expect(theirs).toEqual(ours);
  });

  test.skipIf(!existsSync(stories))('stories260K: 200 tokens, also in WebAssembly, and the tokenizer', async () => {
    const golden = JSON.parse(await readFile(join(stories, 'golden.json'), 'utf8')) as Record<string, number[]>;
    const expected = golden.greedy_200_tokens_from_bos;
    const folder = await mkdtemp(join(tmpdir(), 'profit-transformers-js-'));
    const directory = join(folder, 'stories');
    await exportOnnx(join(stories, 'hf'), directory);
    const { sequences, encoded } = await generateByTransformersJs(installation, {
      ...{ directory, prompts: [[1]], maxTokens: expected.length - 1, text: 'Once upon a time' },
    });
    expect([1, ...sequences[0]]).toEqual(expected);
    expect(encoded).toEqual(expected.slice(0, 5));
    // That of version 3 alone was tried.
    if (installation.packageName !== '@xenova/transformers') {
      const inWebAssembly = await generateInWebAssembly(installation, {
        ...{ directory, prompts: [expected.slice(0, 5)], maxTokens: expected.length - 5 },
      });
      expect(inWebAssembly.sequences[0]).toEqual(expected.slice(5));
    }
    await rm(folder, { recursive: true });
  });
});
