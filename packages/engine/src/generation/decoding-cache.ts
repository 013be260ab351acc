import type { LayerKeyValues } from '../passes/layer-runner.js';
import type { Value } from '../runtime/runtime.js';

/** Keys and values of all layers for a batch of sequences: [sequences, keyValueHeads, capacity, headSize] per layer. */
export interface DecodingCache<V extends Value> {
  /** Tokens that a sequence has room for. */
  readonly capacity: number;
  layer(index: number): LayerKeyValues<V>;
  /** Makes room for so many sequences, those there are the first of them, of `capacity` tokens each; none has more. */
  resize(sequences: number, capacity: number): Promise<void>;
  /**
   * Stores the first tokens of new sequences from row `first` on, keys and values [new sequences, keyValueHeads, count, headSize]: the
   * first `lengths[s]` of them of each. Rows are filled in their order, after `resize`.
   */
  fill(layer: number, first: number, added: LayerKeyValues<V>, lengths: Int32Array): Promise<void>;
  /** Stores one token of each sequence, keys and values [sequences, keyValueHeads, 1, headSize], at its position. */
  write(layer: number, added: LayerKeyValues<V>, positions: Int32Array): Promise<void>;
  /** Keeps these sequences: row i becomes what row rows[i] is, which is i itself or lies behind those kept. */
  keep(rows: readonly number[]): Promise<void>;
  release(): void;
}

/** Makes an empty cache. */
export type MakeCache<V extends Value> = () => DecodingCache<V>;
