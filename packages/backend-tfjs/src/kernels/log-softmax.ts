import { getKernel, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { hostArrays } from './host-arrays.js';

/** x − max − log Σ e^(x − max) of each row of `width` numbers; sums in float64. */
export function logSoftmaxRows(x: ArrayLike<number>, width: number, target: Float32Array): void {
  for (let start = 0; start < target.length; start += width) {
    let max = -Infinity;
    for (let i = start; i < start + width; i++) max = Math.max(max, x[i]);
    let sum = 0;
    for (let i = start; i < start + width; i++) sum += Math.exp(x[i] - max);
    const logSum = Math.log(sum);
    for (let i = start; i < start + width; i++) target[i] = x[i] - max - logSum;
  }
}

type KernelArguments = Parameters<KernelFunc>[0];

function onCpu({ inputs, backend }: KernelArguments): TensorInfo {
  const { logits } = inputs as { logits: TensorInfo };
  const arrays = hostArrays.cpu(backend);
  const result = arrays.make(logits.shape, 'float32');
  const width = logits.shape[logits.shape.length - 1];
  logSoftmaxRows(arrays.array(logits), width, arrays.array(result) as Float32Array);
  return result;
}

/**
 * By kernels of XNNPACK, which has no exponential but a softmax: the largest probability of a row is 1 / Σ e^(x − max), so that
 * log Σ e^(x − max) is minus its logarithm.
 */
function onWasm({ inputs, backend }: KernelArguments): TensorInfo {
  const { logits } = inputs as { logits: TensorInfo };
  const run = (kernelName: string, kernelInputs: Record<string, TensorInfo>, attributes: object = {}): TensorInfo =>
    (getKernel(kernelName, 'wasm').kernelFunc as KernelFunc)({
      inputs: kernelInputs as KernelArguments['inputs'],
      attrs: attributes as KernelArguments['attrs'],
      backend,
    }) as TensorInfo;
  const { disposeData } = backend as unknown as { disposeData(dataId: TensorInfo['dataId']): void };
  const dispose = (info: TensorInfo): void => disposeData.call(backend, info.dataId);
  const axis = logits.shape.length - 1;
  const largest = (x: TensorInfo): TensorInfo => run('Max', { x }, { reductionIndices: [axis], keepDims: true });
  const max = largest(logits);
  const below = run('Sub', { a: logits, b: max });
  dispose(max);
  const probabilities = run('Softmax', { logits: below }, { dim: axis });
  const largestProbability = largest(probabilities);
  dispose(probabilities);
  const minusLogSum = run('Log', { x: largestProbability });
  dispose(largestProbability);
  const result = run('Add', { a: below, b: minusLogSum });
  dispose(below);
  dispose(minusLogSum);
  return result;
}

/** `LogSoftmax`, which TensorFlow.js composes of six operations, one after the other. */
export const logSoftmax: readonly KernelConfig[] = [
  { kernelName: 'LogSoftmax', backendName: 'cpu', kernelFunc: onCpu },
  { kernelName: 'LogSoftmax', backendName: 'wasm', kernelFunc: onWasm },
];
