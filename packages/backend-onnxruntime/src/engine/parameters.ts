import type { Tensor } from 'onnxruntime-node';
import { decays, type ParameterKind, type ParameterPart, type StoredParameter } from '@profit-sft/engine';
import { floatTensor } from '../runtime/onnx-runtime.js';
import type { Weight } from './weight.js';

/** One weight tensor with everything that training keeps for it, in the process's memory. */
export class Parameter implements StoredParameter, Weight {
  readonly size: number;
  private weightData: Float32Array;
  private gradientData: Float32Array | undefined;
  /** The gradient stands for zeros, whatever its memory holds: nothing has been added since it was cleared. */
  private cleared = true;
  private moments: { first: Float32Array; second: Float32Array } | undefined;
  private weightHandle: Tensor;
  private gradientHandle: Tensor | undefined;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly kind: ParameterKind,
    weight: Float32Array,
  ) {
    this.size = weight.length;
    this.weightData = weight;
    this.weightHandle = floatTensor(weight, shape);
  }

  get bytes(): number {
    return this.weightData.byteLength;
  }

  get weight(): Float32Array {
    return this.weightData;
  }

  get weightTensor(): Tensor {
    return this.weightHandle;
  }

  /** A view. */
  rows(first: number, count: number): Float32Array {
    const width = this.shape[this.shape.length - 1];
    return this.weightData.subarray(first * width, (first + count) * width);
  }

  /** Sum of gradients so far; zeros before the first. Allocated when first asked for. */
  get gradient(): Float32Array {
    if (this.gradientData === undefined) this.gradientData = new Float32Array(this.size);
    else if (this.cleared) this.gradientData.fill(0);
    this.cleared = false;
    return this.gradientData;
  }

  get gradientTensor(): Tensor {
    return this.handleOf(this.gradient);
  }

  /** Whether the gradient is zeros without having been written, so that one that overwrites it saves a pass over memory. */
  get gradientCleared(): boolean {
    return this.cleared;
  }

  /** The gradient's memory for one who writes all of it; what it holds is left of an earlier step. */
  overwriteGradient(): Float32Array {
    this.gradientData ??= new Float32Array(this.size);
    this.cleared = false;
    return this.gradientData;
  }

  overwriteGradientTensor(): Tensor {
    return this.handleOf(this.overwriteGradient());
  }

  /** Moments of AdamW; zeros before the first step. */
  get firstMoment(): Float32Array {
    return this.ensureMoments().first;
  }

  get secondMoment(): Float32Array {
    return this.ensureMoments().second;
  }

  get decays(): boolean {
    return decays(this.kind);
  }

  read(part: ParameterPart): Promise<Float32Array> {
    return Promise.resolve(this[part]);
  }

  async load(part: ParameterPart, fill: (into: Float32Array) => Promise<unknown>): Promise<void> {
    await fill(this[part]);
  }

  /** Writes nothing: the zeros are written by the next who adds to them, if nobody overwrites them. */
  clearGradient(): void {
    this.cleared = true;
  }

  /** Takes the gradient back from a worker thread: the same memory under a new view. */
  adoptGradient(gradient: Float32Array): void {
    this.gradientData = gradient;
    this.gradientHandle = undefined;
  }

  /** Takes all arrays back from a worker thread: the same memory under new views. */
  adopt(arrays: {
    weight: Float32Array;
    gradient: Float32Array;
    firstMoment: Float32Array;
    secondMoment: Float32Array;
  }): void {
    this.weightData = arrays.weight;
    this.adoptGradient(arrays.gradient);
    this.moments = { first: arrays.firstMoment, second: arrays.secondMoment };
    this.weightHandle = floatTensor(arrays.weight, this.shape);
  }

  private handleOf(gradient: Float32Array): Tensor {
    this.gradientHandle ??= floatTensor(gradient, this.shape);
    return this.gradientHandle;
  }

  private ensureMoments(): { first: Float32Array; second: Float32Array } {
    this.moments ??= { first: new Float32Array(this.size), second: new Float32Array(this.size) };
    return this.moments;
  }
}

/** A weight as what is trained. */
export function trainedParameter(weight: Weight): Parameter {
  if (!(weight instanceof Parameter)) throw new Error(`"${weight.name}" is frozen and has no gradient`);
  return weight;
}
