import { createRandom, type TokenBatch } from '@profit-sft/core';
import { cpuEngine, Parameter, readParameters, type OpenOptions } from '@profit-sft/backend-onnxruntime';
import { EngineModel, frozenParameters } from '@profit-sft/engine';
import {
  adapterParameters,
  adapterTargets,
  expectedParameters,
  initialAdapterWeights,
  type ModelConfig,
} from '@profit-sft/models';

/** The defaults of the `onnxruntime` backend. */
export const defaultOptions: OpenOptions = {
  threads: 0,
  activationMemoryBytes: 1024 * 2 ** 20,
  headMemoryBytes: 512 * 2 ** 20,
  saveDtype: 'F32',
};

/** Random weights by a parameter's declaration: linear and embedding uniform, norms 1, biases 0. */
export function randomWeights(): (parameter: { shape: readonly number[]; kind: string }) => Float32Array {
  // A cheap generator: millions of numbers, whose quality does not matter here.
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return ({ shape, kind }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (kind === 'norm') data.fill(1);
    else if (kind !== 'bias') for (let i = 0; i < data.length; i++) data[i] = 0.07 * uniform();
    return data;
  };
}

/** A model of the given shape with random weights, all of them trained. */
export function randomModel(config: ModelConfig, options: OpenOptions): EngineModel {
  const weights = randomWeights();
  const parameters = expectedParameters(config).map((own) => {
    return new Parameter(own.name, own.shape, own.kind, weights(own));
  });
  return new EngineModel(config, cpuEngine(config, { all: parameters, trained: parameters }, options), options);
}

/** How a bench trains adapters: LoRA of rank 8 on every linear map. */
export interface RandomAdapter {
  readonly base: 'float32' | 'stored' | 'int8';
  readonly dropout: number;
}

/** The same with adapters that are trained, and the rest frozen as if its file were in BF16. */
export async function randomAdaptedModel(
  config: ModelConfig,
  options: OpenOptions,
  { base, dropout }: RandomAdapter,
): Promise<EngineModel> {
  const rank = 8;
  const adapters = { rank, scale: 1, targets: adapterTargets(config, 'all-linear'), dropout, seed: 0 };
  const adapted = { ...config, adapters };
  const declared = [...frozenParameters(config, base, () => 'BF16'), ...adapterParameters(adapted)];
  const byName = new Map(declared.map((own) => [own.name, own]));
  const weights = randomWeights();
  const read = (name: string): Promise<Float32Array> => {
    const own = byName.get(name) as (typeof declared)[number];
    const trained = !('frozen' in own);
    return Promise.resolve(trained ? initialAdapterWeights(name, own.shape, 0) : weights(own));
  };
  const engine = cpuEngine(adapted, await readParameters(declared, read), options);
  const saved = { base: undefined, rank, alpha: rank, rankStabilised: false, dropout };
  return new EngineModel(adapted, engine, options, saved);
}

/** `batch` rows of `sequence` random tokens; the last `response` share of each is scored, but never its first token. */
export function randomBatch(config: ModelConfig, batch: number, sequence: number, response = 1): TokenBatch {
  const random = createRandom(0, 'bench');
  const count = batch * sequence;
  const firstTarget = Math.max(1, Math.round(sequence * (1 - response)));
  const scored = Array.from({ length: count }, (_, i) => i).filter((i) => (i + 1) % sequence >= firstTarget);
  const tokens = Int32Array.from({ length: count }, () => random.integer(config.vocabularySize));
  return {
    rows: batch,
    columns: sequence,
    tokens,
    segments: new Int32Array(count).fill(1),
    positions: Int32Array.from({ length: count }, (_, i) => i % sequence),
    scored: {
      length: scored.length,
      source: Int32Array.from(scored),
      target: Int32Array.from(scored, (i) => tokens[i + 1]),
      sequence: Int32Array.from(scored, (i) => Math.floor(i / sequence)),
      position: Int32Array.from(scored, (i) => ((i + 1) % sequence) - firstTarget),
    },
  };
}
