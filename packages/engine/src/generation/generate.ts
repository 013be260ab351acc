import type { GenerateOptions, Generation } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { batchInputs, masked, rotaryInputs, type BatchInputs } from '../passes/batch-inputs.js';
import type { Transformer } from '../passes/transformer.js';
import { floatTensor } from '../runtime/host-tensor.js';
import type { HostTensor } from '../runtime/host-tensor.js';
import type { Value, ValueBuffer, Values } from '../runtime/runtime.js';
import { continuePrompts, type PromptDecoder } from './continue-prompts.js';
import type { DecodingCache, MakeCache } from './decoding-cache.js';

/** Prompts that are continued together. */
const sequencesPerGroup = 16;
/** The cache grows by this many tokens at a time. */
const capacityStep = 64;

/** Continues prompts with a key/value cache, see {@link continuePrompts}. */
export function generate<V extends Value>(
  transformer: Transformer<V>,
  makeCache: MakeCache<V>,
  config: ModelConfig,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const { vocabularySize, maxPositions, endIds } = config;
  return continuePrompts(
    {
      ...{ vocabularySize, maxPositions, endIds, sequencesPerGroup },
      decoder: (group, maxTokens) => {
        const longest = Math.max(...group.map((prompt) => prompt.length));
        const cache = makeCache(group.length, capacityFor(longest + Math.min(maxTokens, capacityStep)));
        return new TransformerDecoder(transformer, cache, config);
      },
    },
    prompts,
    options,
  );
}

/** The decoding of one group of sequences. */
class TransformerDecoder<V extends Value> implements PromptDecoder {
  /** Input and output of a layer, in turn. */
  private readonly states: readonly ValueBuffer<V>[];
  /** Tokens of each sequence whose keys and values are cached. */
  private lengths = new Int32Array();

  constructor(
    private readonly transformer: Transformer<V>,
    private readonly cache: DecodingCache<V>,
    private readonly config: ModelConfig,
  ) {
    this.states = [0, 1].map(() => transformer.parts.runtime.buffer());
  }

  release(): void {
    this.cache.release();
    for (const buffer of this.states) buffer.release();
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

  /** Pads the prompts at the right to the longest. */
  async prefill(prompts: readonly Int32Array[]): Promise<Float32Array> {
    const { config, transformer } = this;
    const rows = prompts.length;
    const columns = Math.max(...prompts.map((prompt) => prompt.length));
    const tokens = new Int32Array(rows * columns);
    const segments = new Int32Array(rows * columns);
    const positions = new Int32Array(rows * columns);
    prompts.forEach((prompt, row) => {
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
    const lengths = Int32Array.from(prompts, (prompt) => prompt.length);
    for (const [index, parameters] of layers.entries()) {
      const added = await transformer.layers.prefill(
        { parameters, inputs, hidden: states[index % 2] },
        states[(index + 1) % 2],
      );
      await this.cache.write(index, added, starts, lengths);
    }
    this.free(inputs);
    this.lengths = lengths;
    // Only each prompt's last token is continued.
    const last = Int32Array.from(lengths, (length, row) => row * columns + length - 1);
    const ends = await runtime.rows(states[layers.length % 2], last);
    const logits = await transformer.parts.head.logits(ends);
    runtime.free(ends);
    return logits;
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const { config, lengths, transformer } = this;
    const rows = tokens.length;
    const longest = Math.max(...lengths);
    if (longest >= this.cache.capacity) {
      await this.cache.rearrange([...lengths.keys()], capacityFor(longest + capacityStep));
    }
    const { capacity } = this.cache;
    const mask = new Float32Array(rows * (capacity + 1)).fill(masked);
    lengths.forEach((length, row) => {
      const start = row * (capacity + 1);
      mask.fill(0, start, start + length);
      mask[start + capacity] = 0;
    });
    const positions = lengths.slice();
    const inputs = this.place({
      ...rotaryInputs(config, positions, rows, 1),
      mask: floatTensor(mask, [rows, 1, capacity + 1]),
    });
    const { embedding, layers } = transformer.parts;
    const states = this.states.map((buffer) => buffer.tensor([rows, config.hiddenSize]));
    await embedding.embed({ tokens, positions }, states[0]);
    const ones = new Int32Array(rows).fill(1);
    for (const [index, parameters] of layers.entries()) {
      const pass = { parameters, inputs, hidden: states[index % 2] };
      const added = await transformer.layers.cached(pass, this.cache.layer(index), states[(index + 1) % 2]);
      await this.cache.write(index, added, positions, ones);
    }
    this.free(inputs);
    this.lengths = lengths.map((length) => length + 1);
    return transformer.parts.head.logits(states[layers.length % 2]);
  }

  async keep(rows: readonly number[]): Promise<void> {
    this.lengths = Int32Array.from(rows, (row) => this.lengths[row]);
    await this.cache.rearrange(rows, this.cache.capacity);
  }
}

function capacityFor(tokens: number): number {
  return Math.ceil(tokens / capacityStep) * capacityStep;
}
