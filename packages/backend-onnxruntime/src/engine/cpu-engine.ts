import { availableParallelism } from 'node:os';
import type { AdaptedConfig } from '@profit-sft/models';
import {
  type CacheOptions,
  defaultCacheOptions,
  dropoutMasksOf,
  type Engine,
  generate,
  groupParameters,
  Transformer,
} from '@profit-sft/engine';
import { KeyValueCache } from '../generation/key-value-cache.js';
import { Adamw } from '../optimizer/adamw.js';
import { planMemory } from '../memory/plan-memory.js';
import { passBudget, type MemoryLimits } from '../memory/pass-budget.js';
import { HostRuntime } from '../runtime/host-runtime.js';
import type { OnnxRuntimeOptions } from '../runtime/onnx-runtime.js';
import { HeadRunner, type HeadOptions } from './head-runner.js';
import type { BlockSize } from './attention-blocks.js';
import { HostEmbedding } from './host-embedding.js';
import { HostLayers } from './host-layers.js';
import { parameterMemory, type ModelWeights } from '../frozen/model-weights.js';

export interface CpuOptions extends MemoryLimits, HeadOptions, OnnxRuntimeOptions {
  /** Of attention; default: what was measured to be fast. */
  readonly attentionBlock?: BlockSize;
  /** Of generation. */
  readonly cache?: CacheOptions | undefined;
}

/** ONNX Runtime's CPU provider: what is trained are arrays of this process, which programs and AdamW change in place. */
export function cpuEngine(config: AdaptedConfig, weights: ModelWeights, options: CpuOptions): Engine {
  const { embedding, positions, layers, finalNorm, head } = groupParameters(weights.all, config);
  const parameters = weights.trained;
  const memory = parameterMemory(weights);
  const dropout = dropoutMasksOf(config);
  const runtime = new HostRuntime(options);
  const passes = new Transformer(
    config,
    {
      runtime,
      embedding: new HostEmbedding(embedding, positions),
      layers,
      training: new HostLayers(config, layers, runtime, dropout, options.attentionBlock),
      head: new HeadRunner(config, finalNorm, head, options, runtime),
    },
    (batch) => passBudget(config, batch, options, memory),
  );
  const optimizer = new Adamw(parameters, options.threads === 0 ? availableParallelism() : options.threads);
  return {
    runtime: 'onnxruntime cpu',
    parameters,
    passes,
    optimizer,
    ...(dropout === undefined ? {} : { dropout }),
    planMemory: (largest) => planMemory(config, largest, options, memory),
    generate: (prompts, generateOptions) =>
      generate(
        passes,
        () => new KeyValueCache(config),
        config,
        options.cache ?? defaultCacheOptions,
        prompts,
        generateOptions,
      ),
    async dispose() {
      await passes.dispose();
      await optimizer.close();
    },
  };
}
