import type { EngineModel } from '@profit-sft/engine';
import type { OpenOptions } from './open-model.js';

export { tfjs } from './tfjs.js';
export type { OpenOptions } from './open-model.js';
export { runtimeNames, type RuntimeName } from './start/runtime-names.js';

/**
 * Opens a Hugging Face model directory in this process, with access to weights and gradients. Loads TensorFlow.js.
 * @throws BackendUnavailableError where the runtime is not installed or does not start
 */
export async function openModel(directory: string, options: OpenOptions): Promise<EngineModel> {
  return (await import('./open-model.js')).openModel(directory, options);
}
