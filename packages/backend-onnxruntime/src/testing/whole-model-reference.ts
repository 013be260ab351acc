import type { Tensor } from 'onnxruntime-node';
import { referenceArray, runReference, type ReferenceArray } from '@profit-sft/graph';
import {
  expectedParameters,
  lossProgram,
  openCheckpoint,
  readModelConfig,
  type LayerAdapters,
} from '@profit-sft/models';
import { batchInputs } from '@profit-sft/engine';
import type { FixtureBatch } from './fixture-batch.js';

export interface WholeModelLoss {
  readonly weights: Float32Array;
  /** A second loss term: coefficients and, for each scored token, a distribution over the vocabulary. */
  readonly secondTerm?: { readonly coefficients: Float32Array; readonly distribution: Float64Array };
  /** Of a model with adapters: these, and dropout's masks by their names in the whole model. */
  readonly adapters?: LayerAdapters;
  readonly masks?: Readonly<Record<string, ReferenceArray>>;
}

/** The whole model's loss and gradients as one program on the float64 reference runtime. */
export async function wholeModelReference(
  { model, batch, directory }: FixtureBatch,
  { weights, secondTerm, adapters, masks }: WholeModelLoss,
): Promise<Readonly<Record<string, ReferenceArray>>> {
  const config = await readModelConfig(directory);
  const inputs = batchInputs(batch, config);
  const array = ({ dims, data }: { dims: readonly number[]; data: unknown }): ReferenceArray =>
    referenceArray(dims, data as Float32Array);
  const scored = batch.scored.length;
  return runReference(lossProgram({ ...config, adapters }, { secondTerm: secondTerm !== undefined }), {
    tokens: referenceArray([batch.tokens.length], batch.tokens),
    positions: referenceArray([batch.positions.length], batch.positions),
    ...Object.fromEntries(Object.entries(inputs).map(([name, tensor]: [string, Tensor]) => [name, array(tensor)])),
    source: referenceArray([scored], batch.scored.source),
    target: referenceArray([scored], batch.scored.target),
    weights: referenceArray([scored], weights),
    ...(secondTerm === undefined
      ? {}
      : {
          coefficients: referenceArray([scored], secondTerm.coefficients),
          distribution: referenceArray([scored, config.vocabularySize], secondTerm.distribution),
        }),
    ...masks,
    ...(adapters === undefined ? {} : await storedWeights(directory)),
    ...Object.fromEntries(
      [...(await model.parameterTensors())].map(([name, { shape, data }]) => [name, referenceArray(shape, data)]),
    ),
  });
}

/** The weights of a model directory, which a model with adapters does not change. */
async function storedWeights(directory: string): Promise<Record<string, ReferenceArray>> {
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory, config);
  const weights: Record<string, ReferenceArray> = {};
  for (const { name, shape } of expectedParameters(config)) {
    weights[name] = referenceArray(shape, await checkpoint.readFloat32(name));
  }
  await checkpoint.close();
  return weights;
}
