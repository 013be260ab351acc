import type { EngineModel } from '@profit-sft/engine';
import type { OpenOptions } from './open-model.js';
import type { tfjsEngine as TfjsEngine } from './tfjs-engine.js';

export { tfjs } from './tfjs.js';
export type { OpenOptions } from './open-model.js';
export type { TfjsEngineOptions } from './tfjs-engine.js';
export { runtimeNames, type RuntimeName } from './start/runtime-names.js';

// TensorFlow.js is loaded when it is first needed.

/**
 * Opens a Hugging Face model directory in this process, with access to weights and gradients.
 * @throws BackendUnavailableError where the runtime is not installed or does not start
 */
export async function openModel(directory: string, options: OpenOptions): Promise<EngineModel> {
  return (await import('./open-model.js')).openModel(directory, options);
}

/**
 * The engine of a model whose weights `read` gives, by name.
 * @throws BackendUnavailableError where the runtime is not installed or does not start
 */
export const tfjsEngine: typeof TfjsEngine = async (...given) =>
  (await import('./tfjs-engine.js')).tfjsEngine(...given);
