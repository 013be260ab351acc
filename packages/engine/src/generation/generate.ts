import { createRandom, ProfitError, type GenerateOptions, type Generation, type Random } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { batchInputs, masked, rotaryInputs, type BatchInputs } from '../passes/batch-inputs.js';
import type { Transformer } from '../passes/transformer.js';
import { floatTensor } from '../runtime/host-tensor.js';
import type { HostTensor } from '../runtime/host-tensor.js';
import type { Value, ValueBuffer, Values } from '../runtime/runtime.js';
import { chooseToken, type Choice } from './choose-token.js';
import type { DecodingCache, MakeCache } from './decoding-cache.js';

/** Prompts that are continued together. */
const sequencesPerBatch = 16;
/** The cache grows by this many tokens at a time. */
const capacityStep = 64;

/** One prompt on its way. */
interface Sequence {
  readonly prompt: Int32Array;
  readonly random: Random;
  readonly tokens: number[];
  /** Tokens whose keys and values are cached. */
  length: number;
  next: number;
  finishReason: Generation['finishReason'] | undefined;
}

/**
 * Continues prompts with a key/value cache, several at a time. Prompts of similar length go together; a sequence that
 * has ended leaves the batch. Each prompt draws from random numbers of its own, so that a result does not depend on
 * which prompts it was batched with.
 */
export async function generate<V extends Value>(
  transformer: Transformer<V>,
  makeCache: MakeCache<V>,
  config: ModelConfig,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const sequences = prompts.map((prompt, index): Sequence => {
    if (prompt.length === 0)
      throw new ProfitError('config', `prompt ${index} is empty: generation needs a first token`);
    if (prompt.length > config.maxPositions) {
      throw new ProfitError(
        'config',
        `prompt ${index} has ${prompt.length} tokens; the model has ${config.maxPositions} positions. Shorten the prompt.`,
      );
    }
    const random = createRandom(options.seed ?? 0, 'generate', index);
    return { prompt, random, tokens: [], length: 0, next: -1, finishReason: undefined };
  });
  const byLength = [...sequences].sort((a, b) => a.prompt.length - b.prompt.length);
  let generated = 0;
  const progress = (tokens: number): void => options.onProgress?.((generated += tokens));
  for (let start = 0; start < byLength.length; start += sequencesPerBatch) {
    const group = byLength.slice(start, start + sequencesPerBatch);
    const decoding = new Decoding(transformer, makeCache, config, options, group);
    try {
      await decoding.run(progress);
    } finally {
      decoding.release();
    }
  }
  return sequences.map(({ tokens, finishReason }) => ({
    tokens: Int32Array.from(tokens),
    finishReason: finishReason ?? 'length',
  }));
}

/** The decoding of one group of sequences. */
class Decoding<V extends Value> {
  private readonly choice: Choice;
  private readonly endIds: ReadonlySet<number>;
  private readonly cache: DecodingCache<V>;
  /** Input and output of a layer, in turn. */
  private readonly states: readonly ValueBuffer<V>[];

  constructor(
    private readonly transformer: Transformer<V>,
    makeCache: MakeCache<V>,
    private readonly config: ModelConfig,
    private readonly options: GenerateOptions,
    private active: Sequence[],
  ) {
    this.choice = { temperature: options.temperature ?? 0, topP: options.topP ?? 1, topK: options.topK ?? 0 };
    this.endIds = new Set(options.endIds ?? config.endIds);
    const longest = Math.max(...active.map(({ prompt }) => prompt.length));
    this.cache = makeCache(active.length, capacityFor(longest + Math.min(options.maxTokens, capacityStep)));
    this.states = [0, 1].map(() => transformer.parts.runtime.buffer());
  }

  release(): void {
    this.cache.release();
    for (const buffer of this.states) buffer.release();
  }

  async run(progress: (tokens: number) => void): Promise<void> {
    if (this.options.maxTokens === 0) return;
    await this.prefill();
    for (;;) {
      progress(this.active.length);
      await this.retire();
      if (this.active.length === 0) return;
      await this.step();
    }
  }

  private place(inputs: BatchInputs): Values<V> {
    const { runtime } = this.transformer.parts;
    return Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]: [string, HostTensor]) => [name, runtime.place(tensor)]),
    );
  }

  private free(values: Values<V>): void {
    for (const value of Object.values(values)) this.transformer.parts.runtime.free(value);
  }

  /** Runs the prompts, padded at the right to the longest, and chooses each sequence's first token. */
  private async prefill(): Promise<void> {
    const { active, config, transformer } = this;
    const rows = active.length;
    const columns = Math.max(...active.map(({ prompt }) => prompt.length));
    const tokens = new Int32Array(rows * columns);
    const segments = new Int32Array(rows * columns);
    const positions = new Int32Array(rows * columns);
    active.forEach(({ prompt }, row) => {
      tokens.set(prompt, row * columns);
      segments.fill(1, row * columns, row * columns + prompt.length);
      for (let i = 0; i < prompt.length; i++) positions[row * columns + i] = i;
    });
    const scored = {
      length: 0,
      source: new Int32Array(),
      target: new Int32Array(),
      sequence: new Int32Array(),
      position: new Int32Array(),
    };
    const { runtime, embedding, layers } = transformer.parts;
    const inputs = this.place(batchInputs({ rows, columns, tokens, segments, positions, scored }, config));
    const states = this.states.map((buffer) => buffer.tensor([rows * columns, config.hiddenSize]));
    await embedding.embed({ tokens, positions }, states[0]);
    const starts = new Int32Array(rows);
    const lengths = Int32Array.from(active, ({ prompt }) => prompt.length);
    for (const [index, parameters] of layers.entries()) {
      const added = await transformer.layers.prefill(
        { parameters, inputs, hidden: states[index % 2] },
        states[(index + 1) % 2],
      );
      await this.cache.write(index, added, starts, lengths);
    }
    this.free(inputs);
    for (const sequence of active) sequence.length = sequence.prompt.length;
    // Only each prompt's last token is continued.
    const last = Int32Array.from(lengths, (length, row) => row * columns + length - 1);
    const ends = await runtime.rows(states[layers.length % 2], last);
    await this.choose(ends);
    runtime.free(ends);
  }

  /** Runs each sequence's newest token and chooses the one after it. */
  private async step(): Promise<void> {
    const { active, config, transformer } = this;
    const rows = active.length;
    const longest = Math.max(...active.map(({ length }) => length));
    if (longest >= this.cache.capacity) {
      await this.cache.rearrange(
        active.map((_, row) => row),
        capacityFor(longest + capacityStep),
      );
    }
    const { capacity } = this.cache;
    const mask = new Float32Array(rows * (capacity + 1)).fill(masked);
    active.forEach(({ length }, row) => {
      const start = row * (capacity + 1);
      mask.fill(0, start, start + length);
      mask[start + capacity] = 0;
    });
    const positions = Int32Array.from(active, ({ length }) => length);
    const inputs = this.place({
      ...rotaryInputs(config, positions, rows, 1),
      mask: floatTensor(mask, [rows, 1, capacity + 1]),
    });
    const { embedding, layers } = transformer.parts;
    const states = this.states.map((buffer) => buffer.tensor([rows, config.hiddenSize]));
    await embedding.embed({ tokens: Int32Array.from(active, ({ next }) => next), positions }, states[0]);
    const ones = new Int32Array(rows).fill(1);
    for (const [index, parameters] of layers.entries()) {
      const pass = { parameters, inputs, hidden: states[index % 2] };
      const added = await transformer.layers.cached(pass, this.cache.layer(index), states[(index + 1) % 2]);
      await this.cache.write(index, added, positions, ones);
    }
    this.free(inputs);
    for (const sequence of active) sequence.length++;
    await this.choose(states[layers.length % 2]);
  }

  /** Chooses each active sequence's next token from its last hidden state [active, hiddenSize]. */
  private async choose(hidden: V): Promise<void> {
    const { active, config } = this;
    const logits = await this.transformer.parts.head.logits(hidden);
    active.forEach((sequence, row) => {
      const own = logits.subarray(row * config.vocabularySize, (row + 1) * config.vocabularySize);
      const token = chooseToken(own, this.choice, sequence.random);
      if (this.endIds.has(token)) {
        sequence.finishReason = 'stop';
        return;
      }
      sequence.tokens.push(token);
      sequence.next = token;
      // The newest token needs a position of its own before another can follow it.
      if (sequence.tokens.length >= this.options.maxTokens || sequence.length >= config.maxPositions) {
        sequence.finishReason = 'length';
      }
    });
  }

  /** Takes ended sequences out of the batch and the cache. */
  private async retire(): Promise<void> {
    const kept = this.active.flatMap(({ finishReason }, row) => (finishReason === undefined ? [row] : []));
    if (kept.length === this.active.length) return;
    this.active = kept.map((row) => this.active[row]);
    if (kept.length > 0) await this.cache.rearrange(kept, this.cache.capacity);
  }
}

function capacityFor(tokens: number): number {
  return Math.ceil(tokens / capacityStep) * capacityStep;
}
