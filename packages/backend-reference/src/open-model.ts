import { deviceEngine, openEngineModel, type EngineModel, type SaveOptions } from '@profit-sft/engine';
import { ReferenceAdamw } from './reference-adamw.js';
import { ReferenceRuntime } from './reference-runtime.js';

/** Opens a Hugging Face model directory in this process: checks configuration and weights against each other, then reads the weights. */
export function openModel(directory: string, options: SaveOptions): Promise<EngineModel> {
  return openEngineModel(directory, options, (config, declared, read) =>
    deviceEngine('reference float64', new ReferenceRuntime(), config, declared, read, {
      // Nothing is computed a second time.
      activationMemoryBytes: Infinity,
      headMemoryBytes: Infinity,
      makeOptimizer: (parameters) => new ReferenceAdamw(parameters),
    }),
  );
}
