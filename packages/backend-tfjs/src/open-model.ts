import { deviceEngine, openEngineModel, type EngineModel, type SaveOptions } from '@profit-sft/engine';
import { TfjsRuntime } from './runtime/tfjs-runtime.js';
import type { RuntimeName } from './start/runtime-names.js';
import { startBestRuntime, startRuntime } from './start/start-runtime.js';

export interface OpenOptions extends SaveOptions {
  /** The backend of TensorFlow.js; `auto`, also where absent, is the fastest that is there. */
  readonly runtime?: RuntimeName | 'auto';
  readonly activationMemoryBytes: number;
  readonly headMemoryBytes: number;
  /** Bytes of logits in one of the head's chunks; default: the engine's. */
  readonly headChunkBytes?: number;
}

/**
 * Opens a Hugging Face model directory in this process.
 * @throws BackendUnavailableError where the runtime is not installed or does not start
 */
export async function openModel(directory: string, options: OpenOptions): Promise<EngineModel> {
  const { runtime = 'auto' } = options;
  return openEngineModel(directory, options, async (config, declared, read) => {
    const started = runtime === 'auto' ? await startBestRuntime() : await startRuntime(runtime);
    return deviceEngine(`tfjs ${started.name}`, new TfjsRuntime(started), config, declared, read, options);
  });
}
