import type { GenerateOptions, Generation } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import type { Transformer } from '../passes/transformer.js';
import type { Value } from '../runtime/runtime.js';
import { cacheBudget, type CacheOptions } from './cache-budget.js';
import { continuePrompts } from './continue-prompts.js';
import type { MakeCache } from './decoding-cache.js';
import { TransformerDecoder } from './transformer-decoder.js';

/** Continues prompts with a key/value cache, see {@link continuePrompts}. */
export function generate<V extends Value>(
  transformer: Transformer<V>,
  makeCache: MakeCache<V>,
  config: ModelConfig,
  cacheOptions: CacheOptions,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const { vocabularySize, maxPositions, endIds } = config;
  return continuePrompts(
    {
      ...{ vocabularySize, maxPositions, endIds },
      budget: cacheBudget(config, cacheOptions),
      decoder: () => new TransformerDecoder(transformer, makeCache(), config),
    },
    prompts,
    options,
  );
}
