import { parameterLayout, type ModelConfig } from '@profit-sft/models';
import type { FinalNorm } from './final-norm.js';

export type ParameterKind = 'embedding' | 'linear' | 'norm' | 'bias';

export type ParameterPart = 'weight' | 'gradient' | 'firstMoment' | 'secondMoment';

/** How a weight that is not trained is held; `int8`: with a scale for each row of its matrix. */
export type FrozenStorage = 'float32' | 'float16' | 'bfloat16' | 'int8';

/** What a parameter is before its numbers are read. */
export interface ParameterDeclaration {
  /** Hugging Face name, e.g. `model.layers.0.mlp.up_proj.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
  /** Where it is not trained: how it is held. An engine that holds no such weights refuses it. */
  readonly frozen?: FrozenStorage;
}

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
  /** Where the numbers are wider than float32: as they are, for a training state that continues exactly. */
  readonly float64?: {
    read(part: ParameterPart): Promise<Float64Array>;
    load(part: ParameterPart, fill: (into: Float64Array) => Promise<unknown>): Promise<void>;
  };
  clearGradient(): void;
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
