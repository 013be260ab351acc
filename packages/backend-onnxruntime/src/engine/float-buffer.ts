import type { Tensor } from 'onnxruntime-node';
import { floatTensor } from '../runtime/onnx-runtime.js';

/** Memory that grows to the largest size asked for and is reused from batch to batch. */
export class FloatBuffer {
  private data = new Float32Array(0);

  /** The first `size` elements; contents are whatever the last user left. */
  take(size: number): Float32Array {
    if (this.data.length < size) this.data = new Float32Array(size);
    return this.data.subarray(0, size);
  }

  tensor(shape: readonly number[]): Tensor {
    return floatTensor(this.take(shape.reduce((product, length) => product * length, 1)), shape);
  }

  release(): void {
    this.data = new Float32Array(0);
  }
}
