import type { Tensor } from 'onnxruntime-node';
import type { DecodingCache, LayerKeyValues } from '@profit-sft/engine';
import type { ModelConfig } from '@profit-sft/models';
import { floatTensor } from '../runtime/onnx-runtime.js';

/** A cache in the process's memory, written in place: a sequence that leaves or joins copies its own row. */
export class KeyValueCache implements DecodingCache<Tensor> {
  /** Of each layer: [rows, keyValueHeads, slots, headSize], of which the first `sequences` rows are in use. */
  private keys: Float32Array[];
  private values: Float32Array[];
  private rows = 0;
  private sequences = 0;
  private slots = 0;

  constructor(private readonly shape: Pick<ModelConfig, 'layers' | 'keyValueHeads' | 'headSize'>) {
    this.keys = Array.from({ length: shape.layers }, () => new Float32Array());
    this.values = [...this.keys];
  }

  get capacity(): number {
    return this.slots;
  }

  layer(index: number): LayerKeyValues<Tensor> {
    const dims = [this.sequences, this.shape.keyValueHeads, this.slots, this.shape.headSize];
    const used = (all: Float32Array): Tensor => floatTensor(all.subarray(0, this.sequences * this.rowSize), dims);
    return { keys: used(this.keys[index]), values: used(this.values[index]) };
  }

  resize(sequences: number, capacity: number): Promise<void> {
    if (capacity !== this.slots || sequences > this.rows) this.allocate(sequences, capacity);
    this.sequences = sequences;
    return Promise.resolve();
  }

  fill(layer: number, first: number, added: LayerKeyValues<Tensor>, lengths: Int32Array): Promise<void> {
    this.copyIn(this.keys[layer], added.keys, first, () => 0, lengths);
    this.copyIn(this.values[layer], added.values, first, () => 0, lengths);
    return Promise.resolve();
  }

  write(layer: number, added: LayerKeyValues<Tensor>, positions: Int32Array): Promise<void> {
    const ones = new Int32Array(positions.length).fill(1);
    this.copyIn(this.keys[layer], added.keys, 0, (row) => positions[row], ones);
    this.copyIn(this.values[layer], added.values, 0, (row) => positions[row], ones);
    return Promise.resolve();
  }

  keep(rows: readonly number[]): Promise<void> {
    const { rowSize } = this;
    for (const all of [...this.keys, ...this.values]) {
      rows.forEach((from, to) => {
        if (from !== to) all.copyWithin(to * rowSize, from * rowSize, (from + 1) * rowSize);
      });
    }
    this.sequences = rows.length;
    return Promise.resolve();
  }

  release(): void {
    // The garbage collector's work.
  }

  /** Numbers of one sequence in one layer. */
  private get rowSize(): number {
    return this.shape.keyValueHeads * this.slots * this.shape.headSize;
  }

  /** New memory of another shape, with what both have room for. */
  private allocate(rows: number, slots: number): void {
    const { keyValueHeads, headSize } = this.shape;
    const kept = Math.min(this.sequences, rows) * keyValueHeads;
    const length = Math.min(this.slots, slots) * headSize;
    const move = (from: Float32Array): Float32Array => {
      const to = new Float32Array(rows * keyValueHeads * slots * headSize);
      for (let head = 0; head < kept; head++) {
        const source = head * this.slots * headSize;
        to.set(from.subarray(source, source + length), head * slots * headSize);
      }
      return to;
    };
    // One layer at a time, so that old and new copies never exist all at once.
    for (let index = 0; index < this.shape.layers; index++) {
      this.keys[index] = move(this.keys[index]);
      this.values[index] = move(this.values[index]);
    }
    this.rows = rows;
    this.slots = slots;
  }

  /** Copies [sequences, keyValueHeads, count, headSize] to the rows from `first` on, `lengths[s]` tokens each. */
  private copyIn(
    to: Float32Array,
    added: Tensor,
    first: number,
    start: (row: number) => number,
    lengths: Int32Array,
  ): void {
    const { keyValueHeads, headSize } = this.shape;
    const from = added.data as Float32Array;
    const count = added.dims[2];
    lengths.forEach((length, row) => {
      for (let head = 0; head < keyValueHeads; head++) {
        const source = (row * keyValueHeads + head) * count * headSize;
        const target = ((first + row) * keyValueHeads + head) * this.slots + start(row);
        to.set(from.subarray(source, source + length * headSize), target * headSize);
      }
    });
  }
}
