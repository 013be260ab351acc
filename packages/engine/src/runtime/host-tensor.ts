/** An array of the host with its shape: what batches are made of, before a runtime takes them. */
export type HostTensor = FloatTensor | IntTensor;

export interface FloatTensor {
  readonly type: 'float32';
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface IntTensor {
  readonly type: 'int32';
  readonly dims: readonly number[];
  readonly data: Int32Array;
}

export function floatTensor(data: Float32Array, dims: readonly number[]): FloatTensor {
  return { type: 'float32', dims, data };
}

export function intTensor(data: Int32Array, dims: readonly number[]): IntTensor {
  return { type: 'int32', dims, data };
}
