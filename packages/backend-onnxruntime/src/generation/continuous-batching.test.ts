import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom, type FrozenModel, type GenerateOptions, type Generation } from '@profit-sft/core';
import { openModel, type OpenOptions } from '../engine/open-model.js';
import { openInProcess } from '../process/open-in-process.js';
import { hasSharedData, sharedData } from '../testing/shared-data.js';

const directory = join(sharedData, 'models/stories260K/hf');
const options: OpenOptions = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' };

/** Beginnings of stories, of very different lengths. */
async function storyPrompts(): Promise<Int32Array[]> {
  const { tinystories_first10_of_tinystories_100_json: stories } = JSON.parse(
    await readFile(join(sharedData, 'models/stories260K/golden.json'), 'utf8'),
  ) as { tinystories_first10_of_tinystories_100_json: { ids: number[] }[] };
  const random = createRandom(6, 'prompt lengths');
  return Array.from({ length: 40 }, (_, index) =>
    Int32Array.from(stories[index % stories.length].ids.slice(0, 2 + random.integer(120))),
  );
}

/** Ends each prompt after a number of tokens of its own, one in four of them after many. */
function unequalLengths(): NonNullable<GenerateOptions['until']> {
  const counts = new Map<number, number>();
  return (prompt) => {
    const count = (counts.get(prompt) ?? 0) + 1;
    counts.set(prompt, count);
    return count >= (prompt % 4 === 1 ? 150 + prompt : 3 + (prompt % 11));
  };
}

describe.skipIf(!hasSharedData)('a list of prompts with stories260K (skipped where PROFIT_TEST_DATA is absent)', () => {
  let prompts: Int32Array[];
  let models: Record<'wide' | 'narrow' | 'process', FrozenModel>;
  beforeAll(async () => {
    prompts = await storyPrompts();
    // 5 layers of 4 key/value heads of 8, in float32: 1,280 bytes for each token.
    const narrow = { cacheMemoryBytes: 6 * 256 * 1280, maxSequences: 8 };
    models = {
      wide: await openModel(directory, options),
      narrow: await openModel(directory, { ...options, cache: narrow }),
      process: await openInProcess(directory, options),
    };
  });
  afterAll(async () => {
    for (const model of Object.values(models)) await model.dispose();
  });

  async function alone(model: FrozenModel, choice: Omit<GenerateOptions, 'maxTokens'>): Promise<Generation[]> {
    const until = unequalLengths();
    const generations: Generation[] = [];
    for (const [index, prompt] of prompts.entries()) {
      const { seeds } = choice;
      const one = { ...choice, ...(seeds && { seeds: [seeds[index]] }) };
      generations.push(
        ...(await model.generate([prompt], { ...one, maxTokens: 200, until: (_, token) => until(index, token) })),
      );
    }
    return generations;
  }

  test.each([
    ['greedy', {}],
    [
      'drawn',
      {
        ...{ temperature: 0.7, topP: 0.8, topK: 20, minP: 0.02, repetitionPenalty: 1.1 },
        seeds: Array.from({ length: 40 }, (_, index) => 77 + index),
      },
    ],
  ])(
    '%s: the whole list gives what each prompt alone gives, in a small cache and in another process too',
    async (_, choice) => {
      const expected = await alone(models.wide, choice);
      expect(expected.filter(({ finishReason }) => finishReason === 'stop').length).toBeGreaterThan(30);
      for (const [name, model] of Object.entries(models)) {
        const finished = new Map<number, Generation>();
        const counts: number[] = [];
        const found = await model.generate(prompts, {
          ...{ ...choice, maxTokens: 200, until: unequalLengths() },
          onFinished: (prompt, generation) => finished.set(prompt, generation),
          onProgress: (tokens) => counts.push(tokens),
        });
        expect(found, name).toEqual(expected);
        expect(
          prompts.map((__, index) => finished.get(index)),
          name,
        ).toEqual(expected);
        expect(counts.at(-1), name).toBe(expected.reduce((sum, { tokens }) => sum + tokens.length, 0));
      }
    },
  );

  // Tried again, because what is compared are times on the clock, which other processes lengthen.
  test('an error of a callback comes back from the process at once, which then goes on', { retry: 2 }, async () => {
    const onFinished = (): void => {
      throw new Error('no space left');
    };
    const many = Array.from({ length: 120 }, (_, index) => prompts[index % prompts.length]);
    const start = performance.now();
    await models.process.generate(many, { maxTokens: 120, endIds: [] });
    const whole = performance.now() - start;
    const failing = models.process.generate(many, { maxTokens: 120, endIds: [], onFinished });
    await expect(failing).rejects.toThrow('no space left');
    const [next] = await models.process.generate(prompts.slice(0, 1), { maxTokens: 1 });
    expect(next.tokens.length).toBeLessThanOrEqual(1);
    // All of it twice, had the process gone on with what nobody waits for.
    expect(performance.now() - start).toBeLessThan(1.8 * whole);
  });
});
