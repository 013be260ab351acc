import type { TokenBatch } from '@profit-sft/core';
import { referenceArray, runReference, type ReferenceArray } from '@profit-sft/graph';
import { lossProgram, rotaryTables, type ModelConfig } from '@profit-sft/models';

/** Parameters, or gradients, by their Hugging Face names. */
export type ParameterArrays = ReadonlyMap<string, ReferenceArray>;

/** Arrays of the same names and shapes. */
export function mapParameters(
  arrays: ParameterArrays,
  map: (data: Float64Array, name: string) => Float64Array,
): ParameterArrays {
  return new Map([...arrays].map(([name, { shape, data }]) => [name, { shape, data: map(data, name) }]));
}

/** What is asked of the reference: the terms of the loss. */
export interface ReferenceLoss {
  /** For each scored token. */
  readonly weights: ArrayLike<number>;
  readonly secondTerm?: {
    readonly coefficients: ArrayLike<number>;
    /** q of each scored token over the vocabulary. */
    readonly distributions: readonly Float64Array[];
  };
}

export interface ReferencePass {
  /** Log-probabilities over the vocabulary, for each scored token. */
  readonly logProbs: readonly Float64Array[];
  readonly gradients: ParameterArrays;
}

/** Added to the scores that a token must not see; exp of it is exactly 0. */
const hidden = -1e30;

/**
 * Log-probabilities and gradients of a batch in float64, by the whole model as one undivided program: none of an engine's passes, caches
 * or layouts. Rotary tables are the float32 ones that every engine takes.
 */
export function referencePass(
  config: ModelConfig,
  parameters: ParameterArrays,
  batch: TokenBatch,
  { weights, secondTerm }: ReferenceLoss,
): ReferencePass {
  const { rows, columns, tokens, positions, scored } = batch;
  const count = scored.length;
  const vector = (values: ArrayLike<number>): ReferenceArray => referenceArray([values.length], values);
  const results = runReference(lossProgram(config, { secondTerm: secondTerm !== undefined }), {
    ...{ tokens: vector(tokens), positions: vector(positions) },
    ...rotaryInputs(config, batch),
    mask: referenceArray([rows, columns, columns], maskOf(batch)),
    ...{ source: vector(scored.source), target: vector(scored.target), weights: vector(weights) },
    ...(secondTerm && {
      coefficients: vector(secondTerm.coefficients),
      distribution: referenceArray(
        [count, config.vocabularySize],
        secondTerm.distributions.flatMap((row) => [...row]),
      ),
    }),
    ...Object.fromEntries(parameters),
  });
  const width = config.vocabularySize;
  return {
    logProbs: Array.from({ length: count }, (_, row) => results.logProbs.data.slice(row * width, (row + 1) * width)),
    gradients: new Map([...parameters.keys()].map((name) => [name, results[`gradient:${name}`]])),
  };
}

function rotaryInputs(config: ModelConfig, { rows, columns, positions }: TokenBatch): Record<string, ReferenceArray> {
  if (config.positions === 'learned') return {};
  const { cosine, sine } = rotaryTables(config, positions);
  const half = config.headSize / 2;
  const shape = [rows, columns, config.headSize];
  return {
    cosine: referenceArray(shape, cosine),
    signedSine: referenceArray(
      shape,
      sine.map((value, index) => (index % config.headSize < half ? -value : value)),
    ),
  };
}

/** By the contract's own words: a token sees itself and earlier tokens of its row with its segment number. */
function maskOf({ rows, columns, segments }: TokenBatch): Float64Array {
  const mask = new Float64Array(rows * columns * columns).fill(hidden);
  for (let row = 0; row < rows; row++) {
    for (let query = 0; query < columns; query++) {
      for (let key = 0; key <= query; key++) {
        const sees = segments[row * columns + query] === segments[row * columns + key];
        if (sees) mask[(row * columns + query) * columns + key] = 0;
      }
    }
  }
  return mask;
}
