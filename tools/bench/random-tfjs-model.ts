import { tfjsEngine, type RuntimeName } from '@profit-sft/backend-tfjs';
import { EngineModel } from '@profit-sft/engine';
import { expectedParameters, type ModelConfig } from '@profit-sft/models';
import { defaultOptions, randomParameters } from './random-model.js';

/** The random model of a shape on one of TensorFlow.js' backends, with the defaults of the backend `tfjs`. */
export async function randomTfjsModel(config: ModelConfig, runtime: RuntimeName): Promise<EngineModel> {
  const weights = new Map([...randomParameters(config)].map(({ name, data }) => [name, data]));
  const read = (name: string): Promise<Float32Array> => Promise.resolve(weights.get(name) as Float32Array);
  const { activationMemoryBytes, headMemoryBytes } = defaultOptions;
  const options = { runtime, activationMemoryBytes, headMemoryBytes };
  const engine = await tfjsEngine(config, expectedParameters(config), read, options);
  return new EngineModel(config, engine, defaultOptions);
}
