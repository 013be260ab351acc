import { type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core';
import { hostArrays, type HostArray } from './host-arrays.js';

/** Repeats `source` of a shape, with axes of size 1 where it is repeated, to `target` of another shape of the same rank. */
export function broadcastArray(
  source: HostArray,
  sourceShape: readonly number[],
  target: HostArray,
  shape: readonly number[],
): void {
  const elements = (of: readonly number[]): number => of.reduce((product, size) => product * size, 1);
  // From this axis on nothing is repeated.
  let contiguous = shape.length;
  while (contiguous > 0 && sourceShape[contiguous - 1] === shape[contiguous - 1]) contiguous--;
  const sourceSteps = shape.map((_, axis) => elements(sourceShape.slice(axis + 1)));
  const targetSteps = shape.map((_, axis) => elements(shape.slice(axis + 1)));
  const run = elements(shape.slice(contiguous));
  const copy = (axis: number, from: number, to: number): void => {
    if (axis === contiguous) {
      if (run === 1) target[to] = source[from];
      else target.set(source.subarray(from, from + run), to);
      return;
    }
    const step = targetSteps[axis];
    if (sourceShape[axis] === shape[axis]) {
      for (let i = 0; i < shape[axis]; i++) copy(axis + 1, from + i * sourceSteps[axis], to + i * step);
      return;
    }
    copy(axis + 1, from, to);
    if (step === 1) target.fill(target[to], to, to + shape[axis]);
    else for (let i = 1; i < shape[axis]; i++) target.copyWithin(to + i * step, to, to + step);
  };
  copy(0, 0, 0);
}

/** `BroadcastTo`, which no backend of TensorFlow.js has; `Tile` takes some hundred times as long. */
export const broadcastTo: readonly KernelConfig[] = (['cpu', 'wasm'] as const).map((backendName) => ({
  kernelName: 'BroadcastTo',
  backendName,
  kernelFunc({ inputs, attrs, backend }) {
    const { x } = inputs as { x: TensorInfo };
    const shape = (attrs as unknown as { shape: number[] }).shape;
    const arrays = hostArrays[backendName](backend);
    const result = arrays.make(shape, x.dtype);
    const sourceShape = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
    broadcastArray(arrays.array(x), sourceShape, arrays.array(result), shape);
    return result;
  },
}));
