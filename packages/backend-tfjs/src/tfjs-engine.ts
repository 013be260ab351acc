import { deviceEngine, type DeviceEngineOptions, type Engine, type ParameterDeclaration } from '@profit-sft/engine';
import type { ModelConfig } from '@profit-sft/models';
import { TfjsRuntime } from './runtime/tfjs-runtime.js';
import type { RuntimeName } from './start/runtime-names.js';
import { startBestRuntime, startRuntime } from './start/start-runtime.js';

export interface TfjsEngineOptions extends DeviceEngineOptions {
  /** The backend of TensorFlow.js; `auto`, also where absent, is the fastest that is there. */
  readonly runtime?: RuntimeName | 'auto';
}

/**
 * TensorFlow.js: the engine whose values are its tensors. `read` gives the weights of a parameter.
 * @throws BackendUnavailableError where the runtime is not installed or does not start
 */
export async function tfjsEngine(
  config: ModelConfig,
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
  options: TfjsEngineOptions,
): Promise<Engine> {
  const { runtime = 'auto' } = options;
  const started = runtime === 'auto' ? await startBestRuntime() : await startRuntime(runtime);
  return deviceEngine(`tfjs ${started.name}`, new TfjsRuntime(started), config, declared, read, options);
}
