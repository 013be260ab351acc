import {
  expectedParameters,
  openCheckpoint,
  readModelConfig,
  verifyCheckpoint,
  type ModelConfig,
} from '@profit-sft/models';
import type { ParameterDeclaration } from '../passes/parameters.js';
import type { Engine } from './engine.js';
import { EngineModel, type SaveOptions } from './engine-model.js';

/** Makes an engine of a checked model; `read` gives a parameter's weights as float32 and works until the engine is made. */
export type MakeEngine = (
  config: ModelConfig,
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
) => Promise<Engine>;

/** Opens a Hugging Face model directory: checks configuration and weights against each other before it reads any. */
export async function openEngineModel(
  directory: string,
  options: SaveOptions,
  makeEngine: MakeEngine,
): Promise<EngineModel> {
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory, config);
  try {
    verifyCheckpoint(checkpoint, config);
    const read = (name: string): Promise<Float32Array> => checkpoint.readFloat32(name);
    return new EngineModel(config, await makeEngine(config, expectedParameters(config), read), options);
  } finally {
    await checkpoint.close();
  }
}
