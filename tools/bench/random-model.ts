import { createRandom, type TokenBatch } from '@profit-sft/core';
import { cpuEngine, Parameter, type OpenOptions } from '@profit-sft/backend-onnxruntime';
import { EngineModel, type ParameterDeclaration } from '@profit-sft/engine';
import { expectedParameters, type ModelConfig } from '@profit-sft/models';

/** The defaults of the `onnxruntime` backend. */
export const defaultOptions: OpenOptions = {
  threads: 0,
  activationMemoryBytes: 1024 * 2 ** 20,
  headMemoryBytes: 512 * 2 ** 20,
  saveDtype: 'F32',
};

interface RandomParameter extends ParameterDeclaration {
  readonly data: Float32Array;
}

/** Random weights of a shape: linear and embedding uniform, norms 1, biases 0. */
export function* randomParameters(config: ModelConfig): Generator<RandomParameter> {
  // A cheap generator: millions of numbers, whose quality does not matter here.
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (const declaration of expectedParameters(config)) {
    const data = new Float32Array(declaration.shape.reduce((product, size) => product * size, 1));
    if (declaration.kind === 'norm') data.fill(1);
    else if (declaration.kind !== 'bias') for (let i = 0; i < data.length; i++) data[i] = 0.07 * uniform();
    yield { ...declaration, data };
  }
}

/** A model of the given shape with random weights. */
export function randomModel(config: ModelConfig, options: OpenOptions): EngineModel {
  const parameters = [...randomParameters(config)].map(
    ({ name, shape, kind, data }) => new Parameter(name, shape, kind, data),
  );
  return new EngineModel(config, cpuEngine(config, parameters, options), options);
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
