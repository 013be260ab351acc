import { getKernel, registerKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import { broadcastTo } from './broadcast-to.js';
import { logSoftmax } from './log-softmax.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';
import { wasmMatMul } from './wasm-mat-mul.js';

const kernels: readonly KernelConfig[] = [...broadcastTo, ...logSoftmax, unsortedSegmentSum, wasmMatMul];

/** Registers the kernels that `cpu` and `wasm` lack; none that TensorFlow.js has is replaced. */
export function registerKernels(): void {
  for (const kernel of kernels) {
    if (getKernel(kernel.kernelName, kernel.backendName) === undefined) registerKernel(kernel);
  }
}
