// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- other packages compile this file by its import alone
/// <reference path="./webassembly.d.ts" />
import { adamwKernelBinary } from './adamw-kernel-binary.js';

/** The numbers of one AdamW step (arXiv 1711.05101), bias corrections included. */
export interface AdamwStep {
  /** On the accumulated gradient: 1 / normaliser, times the clipping factor. */
  readonly gradientScale: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ. */
  readonly correction1: number;
  readonly correction2: number;
}

/** The arrays of one parameter, all of its size. */
export interface AdamwArrays {
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  /** Running mean of the gradient. */
  readonly firstMoment: Float32Array;
  /** Running mean of its square. */
  readonly secondMoment: Float32Array;
}

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  adamw(
    count: number,
    gradientScale: number,
    keep: number,
    rate: number,
    beta1: number,
    fresh1: number,
    beta2: number,
    fresh2: number,
    inverseRoot2: number,
    epsilon: number,
  ): void;
  /** Of the gradient's region. */
  sumOfSquares(count: number): number;
}

/** Elements of one of the kernel's regions. The four together stay within a core's second-level cache. */
const chunk = 16_384;

let instance: { readonly kernel: KernelExports; readonly regions: readonly Float32Array[] } | undefined;

function instantiate(): NonNullable<typeof instance> {
  const module = new WebAssembly.Module(Buffer.from(adamwKernelBinary, 'base64'));
  const kernel = new WebAssembly.Instance(module).exports as unknown as KernelExports;
  const regions = [0, 1, 2, 3].map((region) => new Float32Array(kernel.memory.buffer, 4 * chunk * region, chunk));
  return { kernel, regions };
}

/**
 * One AdamW step over one parameter, in place, in one pass over memory, in float32. The arithmetic
 * is WebAssembly's on four elements at a time, on chunks that are copied to its memory and back within the cache.
 */
export function adamwKernel({ weight, gradient, firstMoment, secondMoment }: AdamwArrays, step: AdamwStep): void {
  const { kernel, regions } = (instance ??= instantiate());
  const [weights, gradients, firsts, seconds] = regions;
  for (let start = 0; start < weight.length; start += chunk) {
    const end = Math.min(weight.length, start + chunk);
    const count = end - start;
    weights.set(weight.subarray(start, end));
    gradients.set(gradient.subarray(start, end));
    firsts.set(firstMoment.subarray(start, end));
    seconds.set(secondMoment.subarray(start, end));
    kernel.adamw(
      count,
      step.gradientScale,
      1 - step.learningRate * step.weightDecay,
      step.learningRate / step.correction1,
      step.beta1,
      1 - step.beta1,
      step.beta2,
      1 - step.beta2,
      1 / Math.sqrt(step.correction2),
      step.epsilon,
    );
    weight.set(weights.subarray(0, count), start);
    firstMoment.set(firsts.subarray(0, count), start);
    secondMoment.set(seconds.subarray(0, count), start);
  }
}

/** Σ x², added up in float64 by the same kernel. */
export function sumOfSquares(x: Float32Array): number {
  const { kernel, regions } = (instance ??= instantiate());
  const [, values] = regions;
  let sum = 0;
  for (let start = 0; start < x.length; start += chunk) {
    const part = x.subarray(start, start + chunk);
    values.set(part);
    // The kernel takes whole vectors.
    values.fill(0, part.length, Math.min(chunk, part.length + 3));
    sum += kernel.sumOfSquares(part.length);
  }
  return sum;
}
