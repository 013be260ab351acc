import { openEngineModel, type EngineModel, type SaveOptions } from '@profit-sft/engine';
import { tfjsEngine, type TfjsEngineOptions } from './tfjs-engine.js';

export interface OpenOptions extends TfjsEngineOptions, SaveOptions {}

/**
 * Opens a Hugging Face model directory in this process.
 * @throws BackendUnavailableError where the runtime is not installed or does not start
 */
export function openModel(directory: string, options: OpenOptions): Promise<EngineModel> {
  return openEngineModel(directory, options, (config, declared, read) => tfjsEngine(config, declared, read, options));
}
