import { deviceEngine, scaledLoss, type Engine, type ParameterDeclaration } from '@profit-sft/engine';
import type { AdaptedConfig } from '@profit-sft/models';
import type { MemoryLimits } from '../memory/pass-budget.js';
import type { Precision } from '../onnx/emit-program.js';
import type { GpuMemory } from './gpu-memory.js';
import { GpuRuntime } from './gpu-runtime.js';
import { requireFloat16 } from './require-float16.js';

export interface WebgpuOptions extends Omit<MemoryLimits, 'memoryBytes'> {
  /** Of matrix products; `float32` where absent. In `float16` the loss is scaled. */
  readonly precision?: Precision;
  /** Default: what every device can bind. */
  readonly headChunkBytes?: number;
}

/** ONNX Runtime's WebGPU provider: the engine whose values are GPU buffers. */
export async function webgpuEngine(
  config: AdaptedConfig,
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
  options: WebgpuOptions,
): Promise<Engine & { readonly memory: GpuMemory }> {
  const { precision = 'float32' } = options;
  const runtime = new GpuRuntime(precision);
  if (precision === 'float16') {
    try {
      await requireFloat16(runtime);
    } catch (error) {
      await runtime.release();
      throw error;
    }
  }
  const name = `onnxruntime webgpu${precision === 'float16' ? ' float16' : ''}`;
  const engine = await deviceEngine(name, runtime, config, declared, read, options);
  return {
    ...engine,
    ...(precision === 'float16' ? scaledLoss(engine.passes, engine.optimizer) : {}),
    memory: runtime.memory,
  };
}
