import type { Tensor } from 'onnxruntime-node';
import { floatTensor } from '../runtime/onnx-runtime.js';

export type ParameterKind = 'embedding' | 'linear' | 'norm' | 'bias';

/** One weight tensor with everything that training keeps for it. */
export class Parameter {
  readonly size: number;
  private weightData: Float32Array;
  private gradientData: Float32Array | undefined;
  private moments: { first: Float32Array; second: Float32Array } | undefined;
  private weightHandle: Tensor;
  private gradientHandle: Tensor | undefined;

  constructor(
    /** Hugging Face name, e.g. `model.layers.0.mlp.up_proj.weight`. */
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
    this.gradientData ??= new Float32Array(this.size);
    return this.gradientData;
  }

  get gradientTensor(): Tensor {
    this.gradientHandle ??= floatTensor(this.gradient, this.shape);
    return this.gradientHandle;
  }

  /** Moments of AdamW; zeros before the first step. */
  get firstMoment(): Float32Array {
    return this.ensureMoments().first;
  }

  get secondMoment(): Float32Array {
    return this.ensureMoments().second;
  }

  /** Weight decay is for matrices only: norms and biases stay where the data puts them. */
  get decays(): boolean {
    return this.kind === 'linear' || this.kind === 'embedding';
  }

  clearGradient(): void {
    this.gradientData?.fill(0);
  }

  /** Takes arrays back from a worker thread: the same memory under new views. */
  adopt(arrays: {
    weight: Float32Array;
    gradient: Float32Array;
    firstMoment: Float32Array;
    secondMoment: Float32Array;
  }): void {
    this.weightData = arrays.weight;
    this.gradientData = arrays.gradient;
    this.moments = { first: arrays.firstMoment, second: arrays.secondMoment };
    this.weightHandle = floatTensor(arrays.weight, this.shape);
    this.gradientHandle = undefined;
  }

  private ensureMoments(): { first: Float32Array; second: Float32Array } {
    this.moments ??= { first: new Float32Array(this.size), second: new Float32Array(this.size) };
    return this.moments;
  }
}

/** A model's parameters, by name and in the groups in which programs take them. */
export interface ParameterSet {
  /** In canonical order. */
  readonly all: readonly Parameter[];
  readonly embedding: Parameter;
  /** For each layer, its parameters by their name within the layer. */
  readonly layers: readonly ReadonlyMap<string, Parameter>[];
  readonly finalNorm: Parameter;
  /** The output head; the embedding itself in a tied model. */
  readonly head: Parameter;
}

export function groupParameters(all: readonly Parameter[], layerCount: number): ParameterSet {
  const byName = new Map(all.map((parameter) => [parameter.name, parameter]));
  const named = (name: string): Parameter => {
    const parameter = byName.get(name);
    if (parameter === undefined) throw new Error(`parameter "${name}" is missing`);
    return parameter;
  };
  const embedding = named('model.embed_tokens.weight');
  const layers = Array.from({ length: layerCount }, (_, index) => {
    const prefix = `model.layers.${index}.`;
    return new Map(
      all.filter(({ name }) => name.startsWith(prefix)).map((p) => [p.name.slice(prefix.length), p] as const),
    );
  });
  return {
    all,
    embedding,
    layers,
    finalNorm: named('model.norm.weight'),
    head: byName.get('lm_head.weight') ?? embedding,
  };
}
