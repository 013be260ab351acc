import type { Tensor } from 'onnxruntime-node';
import { parameterLayout, type ModelConfig } from '@profit-sft/models';
import { floatTensor } from '../runtime/onnx-runtime.js';
import type { FinalNorm } from './final-norm.js';

export type ParameterKind = 'embedding' | 'linear' | 'norm' | 'bias';

export type ParameterPart = 'weight' | 'gradient' | 'firstMoment' | 'secondMoment';

/** A parameter wherever it lives, as saving and loading see it. */
export interface StoredParameter {
  /** Hugging Face name, e.g. `model.layers.0.mlp.up_proj.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** The numbers of one part; not a copy where the host has them. */
  read(part: ParameterPart): Promise<Float32Array>;
  /** Replaces one part by what `fill` writes. */
  load(part: ParameterPart, fill: (into: Float32Array) => Promise<unknown>): Promise<void>;
  clearGradient(): void;
}

/** One weight tensor with everything that training keeps for it, in the process's memory. */
export class Parameter implements StoredParameter {
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

  get weight(): Float32Array {
    return this.weightData;
  }

  get weightTensor(): Tensor {
    return this.weightHandle;
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

/** Weight decay is for matrices only: norms and biases stay where the data puts them. */
export function decays(kind: ParameterKind): boolean {
  return kind === 'linear' || kind === 'embedding';
}

/** A model's parameters, by name and in the groups in which programs take them. */
export interface ParameterSet<P> {
  /** In canonical order. */
  readonly all: readonly P[];
  readonly embedding: P;
  /** A row for each position, where positions are learned. */
  readonly positions: P | undefined;
  /** For each layer, its parameters by their name within the layer. */
  readonly layers: readonly ReadonlyMap<string, P>[];
  readonly finalNorm: FinalNorm<P>;
  /** The output head; the embedding itself in a tied model. */
  readonly head: P;
}

export function groupParameters<P extends { readonly name: string }>(
  all: readonly P[],
  config: Pick<ModelConfig, 'layers' | 'parameterLayout'>,
): ParameterSet<P> {
  const byName = new Map(all.map((parameter) => [parameter.name, parameter]));
  const named = (name: string): P => {
    const parameter = byName.get(name);
    if (parameter === undefined) throw new Error(`parameter "${name}" is missing`);
    return parameter;
  };
  const layout = parameterLayout(config);
  const embedding = named(`${layout.embedding}.weight`);
  const layers = Array.from({ length: config.layers }, (_, index) => {
    const prefix = `${layout.layers}${index}.`;
    return new Map(
      all.filter(({ name }) => name.startsWith(prefix)).map((p) => [p.name.slice(prefix.length), p] as const),
    );
  });
  return {
    all,
    embedding,
    positions: byName.get(`${layout.positions}.weight`),
    layers,
    finalNorm: { weight: named(`${layout.finalNorm}.weight`), bias: byName.get(`${layout.finalNorm}.bias`) },
    head: byName.get(`${layout.head}.weight`) ?? embedding,
  };
}
