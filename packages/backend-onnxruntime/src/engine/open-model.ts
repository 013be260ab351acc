import { BackendUnavailableError } from '@profit-sft/core';
import type { OpenModelOptions } from '@profit-sft/core';
import { openEngineModel, type EngineModel, type SaveOptions } from '@profit-sft/engine';
import { readParameters } from '../frozen/read-parameters.js';
import type { Precision } from '../onnx/emit-program.js';
import { webgpuEngine } from '../webgpu/webgpu-engine.js';
import { cpuEngine, type CpuOptions } from './cpu-engine.js';

export interface OpenOptions extends CpuOptions, SaveOptions, OpenModelOptions {
  /** ONNX Runtime's execution provider; `cpu` where absent. */
  readonly provider?: 'cpu' | 'webgpu';
  /** Of matrix products; `float32` where absent. `float16` is the provider `webgpu`'s. */
  readonly precision?: Precision;
}

/**
 * Opens a Hugging Face model directory: checks configuration and weights against each other, reads them as float32. See `openEngineModel`
 * for adapters.
 * @throws BackendUnavailableError where the provider does not start or does not have the precision.
 */
export async function openModel(directory: string, options: OpenOptions): Promise<EngineModel> {
  if (options.precision === 'float16' && options.provider !== 'webgpu') {
    throw new BackendUnavailableError(
      'onnxruntime cpu',
      'precision "float16" is for provider "webgpu": ONNX Runtime’s CPU provider computes F16 products in float32. ' +
        'Set provider to "webgpu" or leave precision at "float32".',
    );
  }
  return openEngineModel(directory, options, async (config, declared, read) => {
    if (options.provider === 'webgpu') return webgpuEngine(config, declared, read, options);
    return cpuEngine(config, await readParameters(declared, read), options);
  });
}
