import { describe, expect, test } from 'vitest';
import { createRandom, type GenerateOptions, type Generation } from '@profit-sft/core';
import type { CacheBudget } from './cache-budget.js';
import { continuePrompts } from './continue-prompts.js';
import type { PromptDecoder } from './prompt-decoder.js';

const vocabularySize = 24;

/** A language model whose next token depends on the whole text; it counts what it is asked to do. */
class HashedTextDecoder implements PromptDecoder {
  steps = 0;
  /** Prompts of each prefill. */
  readonly added: number[] = [];
  /** Most sequences at once, and most tokens (sequences × the longest). */
  mostSequences = 0;
  mostTokens = 0;
  released = false;
  private texts: number[][] = [];

  add(prompts: readonly Int32Array[]): Promise<Float32Array> {
    expect(prompts.map(({ length }) => length)).toEqual(prompts.map(({ length }) => length).sort((a, b) => a - b));
    this.added.push(prompts.length);
    const added = prompts.map((prompt) => [...prompt]);
    this.texts.push(...added);
    this.measure();
    return Promise.resolve(logitsOf(added));
  }

  step(tokens: Int32Array): Promise<Float32Array> {
    expect(tokens).toHaveLength(this.texts.length);
    this.steps++;
    tokens.forEach((token, row) => this.texts[row].push(token));
    this.measure();
    return Promise.resolve(logitsOf(this.texts));
  }

  keep(rows: readonly number[]): Promise<void> {
    rows.forEach((from, to) => expect(from === to || from >= rows.length).toBe(true));
    this.texts = rows.map((row) => this.texts[row]);
    return Promise.resolve();
  }

  release(): void {
    this.released = true;
  }

  private measure(): void {
    this.mostSequences = Math.max(this.mostSequences, this.texts.length);
    this.mostTokens = Math.max(this.mostTokens, this.texts.length * Math.max(...this.texts.map((text) => text.length)));
  }
}

function logitsOf(texts: readonly (readonly number[])[]): Float32Array {
  const logits = new Float32Array(texts.length * vocabularySize);
  texts.forEach((text, row) => {
    const random = createRandom(1, ...text);
    for (let id = 0; id < vocabularySize; id++) logits[row * vocabularySize + id] = 2 * random.normal();
  });
  return logits;
}

const wide: CacheBudget = { sequences: 4, tokens: 1e6 };

async function generateWith(prompts: readonly Int32Array[], options: GenerateOptions, budget = wide) {
  const decoder = new HashedTextDecoder();
  const model = { vocabularySize, maxPositions: 400, endIds: [], budget, decoder: () => decoder };
  return { generations: await continuePrompts(model, prompts, options), decoder };
}

const prompts = Array.from({ length: 22 }, (_, index) => {
  const random = createRandom(2, 'prompt', index);
  return Int32Array.from({ length: 1 + ((index * 7) % 30) }, () => random.integer(vocabularySize));
});

/** How many tokens each prompt is to get: very unequal, one in three long. */
const wanted = prompts.map((_, index) => (index % 3 === 2 ? 120 + index : 2 + (index % 4)));

/** Ends each prompt after its own number of tokens. */
function untilWanted(): (prompt: number) => boolean {
  const counts = prompts.map(() => 0);
  return (prompt) => ++counts[prompt] >= wanted[prompt];
}

/** Steps of groups of `size`, in order of length, each of which waits for its longest; the first token needs none. */
function stepsOfGroups(size: number): number {
  const byLength = [...prompts.keys()].sort((a, b) => prompts[a].length - prompts[b].length);
  let steps = 0;
  for (let start = 0; start < byLength.length; start += size) {
    steps += Math.max(...byLength.slice(start, start + size).map((index) => wanted[index])) - 1;
  }
  return steps;
}

const choices: [string, Omit<GenerateOptions, 'maxTokens'>][] = [
  ['greedy', {}],
  ['drawn by seeds', { temperature: 0.9, topP: 0.9, seeds: prompts.map((_, index) => 1000 + index) }],
  ['drawn with a penalty', { temperature: 0.8, repetitionPenalty: 1.5, seeds: prompts.map((_, index) => index) }],
];

async function oneAtATime(options: GenerateOptions): Promise<Generation[]> {
  const generations: Generation[] = [];
  for (const [index, prompt] of prompts.entries()) {
    const { until, seeds, ...rest } = options;
    const one = await generateWith([prompt], {
      ...rest,
      ...(seeds && { seeds: [seeds[index]] }),
      ...(until && { until: (_: number, token: number) => until(index, token) }),
    });
    generations.push(...one.generations);
  }
  return generations;
}

describe.each(choices)('continuous batching, %s', (_name, choice) => {
  test('takes fewer steps than groups that wait for their longest, and gives what each prompt alone gives', async () => {
    const options = { maxTokens: 200, ...choice };
    const { generations, decoder } = await generateWith(prompts, { ...options, until: untilWanted() });
    expect(generations).toEqual(await oneAtATime({ ...options, until: untilWanted() }));
    expect(generations.map(({ tokens }) => tokens.length)).toEqual(wanted);
    expect(decoder.mostSequences).toBe(wide.sequences);
    expect(decoder.released).toBe(true);
    // No order takes fewer than the tokens shared out evenly.
    const fewest = wanted.reduce((sum, count) => sum + count - 1, 0) / wide.sequences;
    expect(decoder.steps).toBeGreaterThanOrEqual(fewest);
    expect(decoder.steps).toBeLessThan(1.5 * fewest);
    expect(decoder.steps).toBeLessThan(0.75 * stepsOfGroups(wide.sequences));
  });

  test('within a small cache sequences wait, and those that outgrow it come again', async () => {
    const options = { maxTokens: 200, ...choice };
    const budget = { sequences: 4, tokens: 9 * 64 };
    const { generations, decoder } = await generateWith(prompts, { ...options, until: untilWanted() }, budget);
    expect(generations).toEqual(await oneAtATime({ ...options, until: untilWanted() }));
    // Beyond the budget only one goes on.
    expect(decoder.mostTokens).toBeLessThanOrEqual(budget.tokens);
    expect(decoder.added.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(prompts.length);
  });
});

test('waiting prompts join an eighth of the places at a time, not one by one', async () => {
  const budget = { sequences: 16, tokens: 1e6 };
  const { decoder } = await generateWith(prompts, { maxTokens: 200, until: untilWanted() }, budget);
  expect(decoder.added[0]).toBe(16);
  // The last ones may be fewer.
  expect(Math.min(...decoder.added.slice(0, -1))).toBeGreaterThanOrEqual(2);
});

test('callbacks come in order: tokens of a prompt, each finished prompt once and at once, and a count that ends at all', async () => {
  const seen = prompts.map(() => [] as number[]);
  const finished = new Map<number, Generation>();
  const counts: number[] = [];
  const countsAtFinish: number[] = [];
  const until = untilWanted();
  const { generations } = await generateWith(prompts, {
    maxTokens: 40,
    until(prompt, token) {
      expect(finished.has(prompt)).toBe(false);
      seen[prompt].push(token);
      return until(prompt);
    },
    onFinished(prompt, generation) {
      expect(finished.has(prompt)).toBe(false);
      finished.set(prompt, generation);
      countsAtFinish.push(counts.at(-1) ?? 0);
    },
    onProgress: (tokens) => counts.push(tokens),
  });
  expect(generations.map(({ tokens }) => [...tokens])).toEqual(seen);
  expect(prompts.map((_, index) => finished.get(index))).toEqual(generations);
  expect(generations.map(({ finishReason }) => finishReason)).toEqual(
    wanted.map((count) => (count <= 40 ? 'stop' : 'length')),
  );
  expect(counts.at(-1)).toBe(seen.reduce((sum, tokens) => sum + tokens.length, 0));
  expect(new Set(countsAtFinish).size).toBeGreaterThan(5);
});

test('an error of a callback ends the generation and releases the cache', async () => {
  const decoder = new HashedTextDecoder();
  const model = { vocabularySize, maxPositions: 400, endIds: [], budget: wide, decoder: () => decoder };
  const onFinished = (): void => {
    throw new Error('disk full');
  };
  await expect(continuePrompts(model, prompts, { maxTokens: 3, onFinished })).rejects.toThrow('disk full');
  expect(decoder.released).toBe(true);
});

test('a generation that is listened to leaves turns to the event loop', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await generateWith(prompts.slice(0, 2), { maxTokens: 300, onProgress: () => undefined });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test.each([
  [{ topP: 1.1 }, 'topP: expected 0 to 1, got 1.1'],
  [{ minP: 1.5 }, 'minP: expected 0 to 1, got 1.5'],
  [{ repetitionPenalty: 0 }, 'repetitionPenalty: expected more than 0, got 0'],
  [{ temperature: NaN }, 'temperature: expected 0 or more, got NaN'],
  [{ topK: -1 }, 'topK: expected 0 or more, got -1'],
  [{ seeds: [1, 2] }, 'seeds: expected one for each of 22 prompts, got 2'],
])('%o is refused', async (options, message) => {
  await expect(generateWith(prompts, { maxTokens: 2, ...options })).rejects.toThrow(message);
});
