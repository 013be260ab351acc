import type { Tensor } from 'onnxruntime-node';

/** A parameter's weights as programs and the host read them, trained or frozen. */
export interface Weight {
  /** Hugging Face name. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Bytes that the weights take. */
  readonly bytes: number;
  readonly weightTensor: Tensor;
  /** Rows of a matrix; valid until the next call. */
  rows(first: number, count: number): Float32Array;
}
