import { getKernel, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';

type KernelArguments = Parameters<KernelFunc>[0];

/** `UnsortedSegmentSum`, which `wasm` lacks, by its `ScatterNd`, which adds what comes twice. */
export const unsortedSegmentSum: KernelConfig = {
  kernelName: 'UnsortedSegmentSum',
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend }) {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const indices: TensorInfo = { ...segmentIds, shape: [x.shape[0], 1] };
    return (getKernel('ScatterNd', 'wasm').kernelFunc as KernelFunc)({
      inputs: { indices, updates: x } as unknown as KernelArguments['inputs'],
      attrs: { shape: [numSegments, ...x.shape.slice(1)] },
      backend,
    });
  },
};
