import type { ModelConfig } from '@profit-sft/models';
import { batchInputs, masked, rotaryInputs, type BatchInputs } from '../passes/batch-inputs.js';
import type { Transformer } from '../passes/transformer.js';
import { floatTensor, type HostTensor } from '../runtime/host-tensor.js';
import type { Value, ValueBuffer, Values } from '../runtime/runtime.js';
import { capacityFor } from './cache-budget.js';
import type { DecodingCache } from './decoding-cache.js';
import { prefillPasses } from './prefill-passes.js';
import type { PromptDecoder } from './prompt-decoder.js';

/** Decodes with the layers' programs for generation and a key/value cache. */
export class TransformerDecoder<V extends Value> implements PromptDecoder {
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

  async add(prompts: readonly Int32Array[]): Promise<Float32Array> {
    const { vocabularySize } = this.config;
    const first = this.lengths.length;
    const added = prompts.map(({ length }) => length);
    const lengths = Int32Array.of(...this.lengths, ...added);
    const capacity = capacityFor(Math.max(...lengths) + 1);
    await this.cache.resize(lengths.length, first === 0 ? capacity : Math.max(capacity, this.cache.capacity));
    const passes = prefillPasses(added);
    let logits: Float32Array = new Float32Array();
    for (const { from, to } of passes) {
      const own = await this.prefill(prompts.slice(from, to), first + from);
      // The next pass computes its logits in the same place.
      if (passes.length === 1) logits = own;
      else {
        if (from === 0) logits = new Float32Array(prompts.length * vocabularySize);
        logits.set(own, from * vocabularySize);
      }
    }
    this.lengths = lengths;
    return logits;
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const { config, lengths, transformer } = this;
    const rows = tokens.length;
    const longest = Math.max(...lengths);
    if (longest >= this.cache.capacity) await this.cache.resize(rows, capacityFor(longest + 1));
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
    for (const [index, parameters] of layers.entries()) {
      const pass = { parameters, inputs, hidden: states[index % 2] };
      const added = await transformer.layers.cached(pass, this.cache.layer(index), states[(index + 1) % 2]);
      await this.cache.write(index, added, positions);
    }
    this.free(inputs);
    this.lengths = lengths.map((length) => length + 1);
    return transformer.parts.head.logits(states[layers.length % 2]);
  }

  async keep(rows: readonly number[]): Promise<void> {
    this.lengths = Int32Array.from(rows, (row) => this.lengths[row]);
    await this.cache.keep(rows);
    if (rows.length === 0) return;
    // Every sequence computes as much attention as the longest has room for.
    const capacity = capacityFor(Math.max(...this.lengths) + 1);
    if (2 * capacity <= this.cache.capacity) await this.cache.resize(rows.length, capacity);
  }

  /** Runs prompts, padded at the right to the longest, into the cache's rows from `first` on. */
  private async prefill(prompts: readonly Int32Array[], first: number): Promise<Float32Array> {
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
    const lengths = Int32Array.from(prompts, (prompt) => prompt.length);
    for (const [index, parameters] of layers.entries()) {
      const added = await transformer.layers.prefill(
        { parameters, inputs, hidden: states[index % 2] },
        states[(index + 1) % 2],
      );
      await this.cache.fill(index, first, added, lengths);
    }
    this.free(inputs);
    // Only each prompt's last token is continued.
    const last = Int32Array.from(lengths, (length, row) => row * columns + length - 1);
    const ends = await runtime.rows(states[layers.length % 2], last);
    const logits = await transformer.parts.head.logits(ends);
    runtime.free(ends);
    return logits;
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
}
