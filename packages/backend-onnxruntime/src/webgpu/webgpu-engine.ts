import type { ModelConfig } from '@profit-sft/models';
import type { Engine } from '../engine/engine.js';
import { scaledLoss } from '../engine/scaled-loss.js';
import { groupParameters, type ParameterKind } from '../engine/parameters.js';
import { Transformer } from '../engine/transformer.js';
import type { MemoryLimits } from '../memory/pass-budget.js';
import { generate } from '../generation/generate.js';
import type { Precision } from '../onnx/emit-program.js';
import { DeviceAdamw } from './device-adamw.js';
import { CachePrograms, DeviceCache } from './device-cache.js';
import { DeviceEmbedding } from './device-embedding.js';
import { DeviceHead } from './device-head.js';
import { DeviceLayers } from './device-layers.js';
import type { DeviceMemory } from './device-memory.js';
import { DeviceParameter } from './device-parameter.js';
import { DeviceRuntime } from './device-runtime.js';
import { requireFloat16 } from './require-float16.js';

/** What a parameter is before its numbers are read. */
interface ParameterDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
}

export interface WebgpuOptions extends Omit<MemoryLimits, 'memoryBytes'> {
  /** Of matrix products; `float32` where absent. In `float16` the loss is scaled. */
  readonly precision?: Precision;
  /** Default: what every device can bind. */
  readonly headChunkBytes?: number;
}

/**
 * ONNX Runtime's WebGPU provider: weights, gradients, moments and states are GPU buffers, and nothing but a batch's tokens
 * and masks goes up and its signals come down. Weights are read one by one, so that the host never has them all.
 */
export async function webgpuEngine(
  config: ModelConfig,
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
  options: WebgpuOptions,
): Promise<Engine & { readonly memory: DeviceMemory }> {
  const { precision = 'float32' } = options;
  const runtime = new DeviceRuntime(precision);
  if (precision === 'float16') {
    try {
      await requireFloat16(runtime);
    } catch (error) {
      await runtime.release();
      throw error;
    }
  }
  const parameters: DeviceParameter[] = [];
  for (const { name, shape, kind } of declared) {
    const parameter = new DeviceParameter(runtime, name, shape, kind);
    await runtime.upload(await read(name), shape, parameter.weightTensor);
    parameters.push(parameter);
  }
  const { embedding, positions, layers, finalNorm, head } = groupParameters(parameters, config);
  const passes = new Transformer(
    config,
    {
      runtime,
      embedding: new DeviceEmbedding(embedding, positions, runtime),
      layers,
      training: new DeviceLayers(config, layers, runtime),
      head: new DeviceHead(config, finalNorm, head, runtime, options.headChunkBytes),
    },
    { activationMemoryBytes: options.activationMemoryBytes, headMemoryBytes: options.headMemoryBytes },
  );
  const optimizer = new DeviceAdamw(parameters, runtime);
  const caches = new CachePrograms(runtime);
  return {
    runtime: `onnxruntime webgpu${precision === 'float16' ? ' float16' : ''}`,
    parameters,
    ...(precision === 'float16' ? scaledLoss(passes, optimizer) : { passes, optimizer }),
    memory: runtime.memory,
    generate: (prompts, generateOptions) =>
      generate(
        passes,
        (sequences, slots) => new DeviceCache(config, sequences, slots, caches),
        config,
        prompts,
        generateOptions,
      ),
    async dispose() {
      await passes.dispose();
      await optimizer.close();
      await caches.release();
      await runtime.release();
    },
  };
}
