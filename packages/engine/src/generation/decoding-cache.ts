import type { LayerKeyValues } from '../passes/layer-runner.js';
import type { Value } from '../runtime/runtime.js';

/** Keys and values of all layers for a batch of sequences: [sequences, keyValueHeads, capacity, headSize] per layer. */
export interface DecodingCache<V extends Value> {
  readonly capacity: number;
  layer(index: number): LayerKeyValues<V>;
  /**
   * Stores new tokens' keys and values [sequences, keyValueHeads, count, headSize]: the first `lengths[s]` of them of
   * sequence s, at its positions from `starts[s]`. Either one token of each sequence, or the first tokens of all.
   */
  write(layer: number, added: LayerKeyValues<V>, starts: Int32Array, lengths: Int32Array): Promise<void>;
  /** Keeps the given sequences in this order, with room for `capacity` tokens each; it never shrinks. */
  rearrange(kept: readonly number[], capacity: number): Promise<void>;
  release(): void;
}

/** Makes an empty cache for this many sequences with room for `capacity` tokens each. */
export type MakeCache<V extends Value> = (sequences: number, capacity: number) => DecodingCache<V>;
