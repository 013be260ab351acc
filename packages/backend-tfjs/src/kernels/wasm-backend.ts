import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** Numbers that a tensor's kernels know it by. */
interface WasmData {
  readonly id: number;
  readonly memoryOffset: number;
}

/** What kernels of the `wasm` backend work with; its own kernels use the same, but its types hide a part. */
export interface WasmKernels {
  readonly wasm: {
    cwrap(name: string, result: null, parameters: readonly ('number' | 'array')[]): (...values: unknown[]) => void;
    _malloc(bytes: number): number;
    _free(offset: number): void;
    readonly HEAPF32: Float32Array;
    readonly tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: TensorInfo['dataId']): WasmData };
  dataIdNextNumber: number;
  makeOutput: BackendWasm['makeOutput'];
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array;
}

export function wasmKernels(backend: unknown): WasmKernels {
  return backend as WasmKernels;
}

export function offsetOf(backend: WasmKernels, { dataId }: TensorInfo): number {
  // Offsets beyond 2 GiB come as negative numbers.
  return backend.dataIdMap.get(dataId).memoryOffset >>> 0;
}

/** Makes memory known to kernels as a tensor, for one use: a part of a tensor's memory is an operand without a copy. */
export function withView<T>(backend: WasmKernels, offset: number, size: number, use: (id: number) => T): T {
  const { tfjs } = backend.wasm;
  const id = backend.dataIdNextNumber++;
  tfjs.registerTensor(id, size, offset);
  try {
    return use(id);
  } finally {
    // Also lets go of what a kernel keeps for this operand, such as packed weights.
    tfjs.disposeData(id);
  }
}

/** Memory of the backend for one use. */
export function withMemory<T>(backend: WasmKernels, floats: number, use: (offset: number) => T): T {
  const offset = backend.wasm._malloc(4 * floats) >>> 0;
  try {
    return use(offset);
  } finally {
    backend.wasm._free(offset);
  }
}

/** `floats` numbers of the backend's memory. Valid until something is allocated: the memory may move when it grows. */
export function floatsAt(backend: WasmKernels, offset: number, floats: number): Float32Array {
  return backend.wasm.HEAPF32.subarray(offset / 4, offset / 4 + floats);
}
