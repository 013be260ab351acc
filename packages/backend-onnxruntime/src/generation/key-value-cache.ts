import type { Tensor } from 'onnxruntime-node';
import type { DecodingCache, LayerKeyValues } from '@profit-sft/engine';
import { floatTensor } from '../runtime/onnx-runtime.js';

interface CacheShape {
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** A cache in the process's memory, written in place. */
export class KeyValueCache implements DecodingCache<Tensor> {
  private keys: Float32Array[];
  private values: Float32Array[];

  constructor(
    private readonly shape: CacheShape,
    private sequences: number,
    private slots: number,
  ) {
    const allocate = (): Float32Array[] =>
      Array.from({ length: shape.layers }, () => new Float32Array(this.elements(sequences, slots)));
    this.keys = allocate();
    this.values = allocate();
  }

  get capacity(): number {
    return this.slots;
  }

  layer(index: number): LayerKeyValues<Tensor> {
    const dims = [this.sequences, this.shape.keyValueHeads, this.slots, this.shape.headSize];
    return { keys: floatTensor(this.keys[index], dims), values: floatTensor(this.values[index], dims) };
  }

  write(layer: number, added: LayerKeyValues<Tensor>, starts: Int32Array, lengths: Int32Array): Promise<void> {
    this.copyIn(this.keys[layer], added.keys, starts, lengths);
    this.copyIn(this.values[layer], added.values, starts, lengths);
    return Promise.resolve();
  }

  rearrange(kept: readonly number[], capacity: number): Promise<void> {
    const move = (from: Float32Array): Float32Array => {
      const to = new Float32Array(this.elements(kept.length, capacity));
      const { keyValueHeads, headSize } = this.shape;
      const length = Math.min(this.slots, capacity) * headSize;
      kept.forEach((sequence, row) => {
        for (let head = 0; head < keyValueHeads; head++) {
          const source = (sequence * keyValueHeads + head) * this.slots * headSize;
          to.set(from.subarray(source, source + length), (row * keyValueHeads + head) * capacity * headSize);
        }
      });
      return to;
    };
    // One layer at a time, so that old and new copies never exist all at once.
    for (let index = 0; index < this.shape.layers; index++) {
      this.keys[index] = move(this.keys[index]);
      this.values[index] = move(this.values[index]);
    }
    this.sequences = kept.length;
    this.slots = capacity;
    return Promise.resolve();
  }

  release(): void {
    // The garbage collector's work.
  }

  private elements(sequences: number, capacity: number): number {
    return sequences * this.shape.keyValueHeads * capacity * this.shape.headSize;
  }

  private copyIn(to: Float32Array, added: Tensor, starts: ArrayLike<number>, lengths: ArrayLike<number>): void {
    const { keyValueHeads, headSize } = this.shape;
    const from = added.data as Float32Array;
    const count = added.dims[2];
    for (let sequence = 0; sequence < this.sequences; sequence++) {
      for (let head = 0; head < keyValueHeads; head++) {
        const row = sequence * keyValueHeads + head;
        const source = row * count * headSize;
        to.set(
          from.subarray(source, source + lengths[sequence] * headSize),
          (row * this.slots + starts[sequence]) * headSize,
        );
      }
    }
  }
}
