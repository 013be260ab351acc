import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { createRandom, type FrozenModel } from '@profit-sft/core';
import { list } from '../measured-step.js';
import { median } from '../median.js';
import type { Row, RowGroup } from '../row.js';

const runs = 5;
const places = 16;
const prompts = 64;

const folder = process.env.PROFIT_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data');
const stories = join(folder, 'models/stories260K');
const asked = { atLeast: 0.7 };
const what = (where: string): string =>
  `generation of a list of ${prompts} unequal prompts${where} / raw decoding, ${places} equal sequences, tokens/s, stories260K, greedy`;
const here = what('');
const elsewhere = what(' in a process of its own, with callbacks');

interface WorkItem {
  readonly prompt: Int32Array;
  /** New tokens. */
  readonly count: number;
}

async function workList(): Promise<WorkItem[]> {
  const golden = JSON.parse(await readFile(join(stories, 'golden.json'), 'utf8')) as {
    readonly tinystories_first10_of_tinystories_100_json: readonly { readonly ids: number[] }[];
  };
  const texts = golden.tinystories_first10_of_tinystories_100_json;
  const random = createRandom(0, 'generation list');
  return Array.from({ length: prompts }, (_, index) => ({
    prompt: Int32Array.from(texts[index % texts.length].ids.slice(0, 4 + random.integer(60))),
    count: 16 + random.integer(225),
  }));
}

/** Tokens in a second, of sequences that are decoded together, as long as those of the list are in the mean. */
async function rawRate(model: FrozenModel, work: readonly WorkItem[]): Promise<number> {
  const mean = (sizes: readonly number[]): number => Math.round(sizes.reduce((sum, size) => sum + size, 0) / prompts);
  const promptTokens = mean(work.map(({ prompt }) => prompt.length));
  const maxTokens = mean(work.map(({ count }) => count));
  const equal = Array.from({ length: places }, (_, index) => new Int32Array(promptTokens).fill(3 + index));
  const start = performance.now();
  await model.generate(equal, { maxTokens, endIds: [] });
  return (places * maxTokens * 1000) / (performance.now() - start);
}

/** Tokens in a second, of a list; the prompts' own times to end come by `until`. */
async function listRate(model: FrozenModel, work: readonly WorkItem[], callbacks: object = {}): Promise<number> {
  const counts = work.map(() => 0);
  const start = performance.now();
  const generations = await model.generate(
    work.map(({ prompt }) => prompt),
    { maxTokens: 256, endIds: [], until: (prompt) => ++counts[prompt] >= work[prompt].count, ...callbacks },
  );
  const tokens = generations.reduce((sum, generation) => sum + generation.tokens.length, 0);
  return (tokens * 1000) / (performance.now() - start);
}

/** A list of prompts, as an evaluator has it, against what the engine decodes at best. */
export const generationListRows: RowGroup = {
  name: 'generation-list',
  title: `${here}; ${elsewhere}`,
  async measure() {
    if (!existsSync(stories)) {
      const skipped = 'stories260K is absent: name the folder with models/stories260K in PROFIT_TEST_DATA';
      return [here, elsewhere].map((row) => ({ what: row, asked, skipped }));
    }
    const directory = join(stories, 'hf');
    const model = await onnxruntime({ process: false }).open(directory);
    const remote = await onnxruntime().open(directory);
    const work = await workList();
    // Counted by the reports of progress: one behind each step, and one behind each run of prompts that join.
    let passes = 0;
    const callbacks = { onFinished: () => undefined, onProgress: () => undefined };
    await rawRate(model, work);
    await listRate(model, work, { onProgress: () => passes++ });
    await listRate(remote, work, callbacks);
    const raw: number[] = [];
    const ratios: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      const before = await rawRate(model, work);
      const own = await listRate(model, work);
      const others = await listRate(remote, work, callbacks);
      const rate = (before + (await rawRate(model, work))) / 2;
      raw.push(rate);
      ratios[0].push(own / rate);
      ratios[1].push(others / rate);
    }
    await model.dispose();
    await remote.dispose();
    return [here, elsewhere].map((row, index): Row => ({
      what: row,
      measured: median(ratios[index]),
      asked,
      detail: `raw ${median(raw).toFixed(0)} tokens/s; ${passes} passes; ratios ${list(ratios[index])}`,
    }));
  },
};
