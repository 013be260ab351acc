import { InvalidConfigError } from '@profit-sft/core';
import type { AdaptedConfig } from '@profit-sft/models';
import { dropoutMasksOf } from '../adapter/dropout-masks.js';
import { defaultCacheOptions, type CacheOptions } from '../generation/cache-budget.js';
import { generate } from '../generation/generate.js';
import type { Engine, Optimizer } from '../model/engine.js';
import { groupParameters, type ParameterDeclaration } from '../passes/parameters.js';
import { Transformer } from '../passes/transformer.js';
import { DeviceAdamw } from './device-adamw.js';
import { CachePrograms, DeviceCache } from './device-cache.js';
import { DeviceEmbedding } from './device-embedding.js';
import { DeviceHead } from './device-head.js';
import { DeviceLayers } from './device-layers.js';
import { DeviceParameter } from './device-parameter.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

export interface DeviceEngineOptions {
  /** Most bytes of the layers' matrix products kept; layers whose products do not fit, the first ones, are recomputed. */
  readonly activationMemoryBytes: number;
  /** Most bytes of log-probabilities kept; beyond it they are recomputed. */
  readonly headMemoryBytes: number;
  /** Bytes of logits in one of the head's chunks; default: what every WebGPU device can bind. */
  readonly headChunkBytes?: number | undefined;
  /** Of generation. */
  readonly cache?: CacheOptions | undefined;
}

/**
 * Everything that works on a model, on a runtime of programs: weights, gradients, moments and states are values of the
 * device, and nothing but a batch's tokens and masks goes up and its signals come down. Weights are read one by one, so that the
 * host never has them all. What is frozen is held as float32 and takes nothing else. `runtimeName` is for descriptions, e.g. `onnxruntime webgpu`.
 *
 * @throws InvalidConfigError where frozen weights are to be held in another way
 */
export async function deviceEngine<V extends DeviceValue>(
  runtimeName: string,
  runtime: DeviceRuntime<V>,
  config: AdaptedConfig,
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
  options: DeviceEngineOptions & {
    /** Default: AdamW as programs. */
    readonly makeOptimizer?: (parameters: readonly DeviceParameter<V>[]) => Optimizer;
  },
): Promise<Engine> {
  refuseOtherStorage(runtimeName, declared);
  const all: DeviceParameter<V>[] = [];
  const parameters: DeviceParameter<V>[] = [];
  for (const { name, shape, kind, frozen } of declared) {
    const parameter = new DeviceParameter(runtime, name, shape, kind);
    await runtime.upload(await read(name), shape, parameter.weightTensor);
    all.push(parameter);
    if (frozen === undefined) parameters.push(parameter);
  }
  const { embedding, positions, layers, finalNorm, head } = groupParameters(all, config);
  const dropout = dropoutMasksOf(config);
  const budget = {
    activationBytes: options.activationMemoryBytes,
    logProbBytes: options.headMemoryBytes,
    headChunkBytes: options.headChunkBytes ?? defaultHeadChunkBytes,
  };
  const passes = new Transformer(
    config,
    {
      runtime,
      embedding: new DeviceEmbedding(embedding, positions, runtime),
      layers,
      training: new DeviceLayers(config, layers, runtime, dropout),
      head: new DeviceHead(config, finalNorm, head, runtime),
    },
    () => budget,
  );
  const optimizer = options.makeOptimizer?.(parameters) ?? new DeviceAdamw(parameters, runtime);
  const caches = new CachePrograms(runtime);
  return {
    runtime: runtimeName,
    parameters,
    passes,
    optimizer,
    ...(dropout === undefined ? {} : { dropout }),
    generate: (prompts, generateOptions) =>
      generate(
        passes,
        () => new DeviceCache(config, caches),
        config,
        options.cache ?? defaultCacheOptions,
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

function refuseOtherStorage(runtimeName: string, declared: readonly ParameterDeclaration[]): void {
  const other = declared.find(({ frozen }) => frozen !== undefined && frozen !== 'float32');
  if (other === undefined) return;
  const message = `${runtimeName} holds frozen weights as float32 only, not as ${other.frozen} (${other.name}); set it to "float32"`;
  throw new InvalidConfigError('adapter', [{ path: 'base', message }]);
}

/** WebGPU promises that a program may bind 128 MiB. */
const defaultHeadChunkBytes = 64 * 2 ** 20;
