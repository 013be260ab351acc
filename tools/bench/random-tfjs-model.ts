import { tfjsEngine, type RuntimeName } from '@profit-sft/backend-tfjs';
import { EngineModel, type ParameterDeclaration } from '@profit-sft/engine';
import { expectedParameters, type ModelConfig } from '@profit-sft/models';
import { defaultOptions, randomWeights } from './random-model.js';

/** The random model of a shape on one of TensorFlow.js' backends, with the defaults of the backend `tfjs`. */
export async function randomTfjsModel(config: ModelConfig, runtime: RuntimeName): Promise<EngineModel> {
  const declared = new Map(expectedParameters(config).map((own) => [own.name, own]));
  const weights = randomWeights();
  const read = (name: string): Promise<Float32Array> =>
    Promise.resolve(weights(declared.get(name) as ParameterDeclaration));
  const { activationMemoryBytes, headMemoryBytes } = defaultOptions;
  const options = { runtime, activationMemoryBytes, headMemoryBytes };
  return new EngineModel(config, await tfjsEngine(config, [...declared.values()], read, options), defaultOptions);
}
