import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { wasmKernels } from './wasm-backend.js';

export type HostArray = Float32Array | Int32Array | Uint8Array;

/** How a kernel in JavaScript reads tensors and makes its result. */
export interface HostArrays {
  /** Makes the result first: memory may move when something is allocated. */
  make(shape: readonly number[], dtype: DataType): TensorInfo;
  /** A tensor's numbers where they lie. */
  array(info: TensorInfo): HostArray;
}

const types = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Of the backends whose tensors JavaScript can see. */
export const hostArrays = {
  cpu(backend: unknown): HostArrays {
    const cpu = backend as MathBackendCPU;
    return {
      make(shape, dtype) {
        const size = shape.reduce((product, length) => product * length, 1);
        return cpu.makeTensorInfo([...shape], dtype, new types[dtype as keyof typeof types](size));
      },
      array: ({ dataId }) => cpu.data.get(dataId).values as HostArray,
    };
  },
  wasm(backend: unknown): HostArrays {
    const wasm = wasmKernels(backend);
    return {
      make: (shape, dtype) => wasm.makeOutput([...shape], dtype),
      array: (info) => wasm.typedArrayFromHeap(info),
    };
  },
} as const;
