import { schema } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';

/** The cache grows by this many tokens at a time. */
const capacityStep = 64;

/** Most that is continued at once. */
export interface CacheBudget {
  readonly sequences: number;
  /** Tokens of all sequences together; each takes as much as the longest. */
  readonly tokens: number;
}

/** As a backend's options say it. */
export interface CacheOptions {
  /** Most bytes of keys and values. One sequence is always continued, whatever it takes. */
  readonly cacheMemoryBytes: number;
  /** Most prompts that are continued together. */
  readonly maxSequences: number;
}

/** What a backend has where nobody says otherwise. */
export const defaultCacheOptions: CacheOptions = { cacheMemoryBytes: 1024 * 2 ** 20, maxSequences: 16 };

/** The options of a backend that generates by `continuePrompts`. */
export function cacheOptionSchemas() {
  const { cacheMemoryBytes, maxSequences } = defaultCacheOptions;
  return {
    cacheMemory: schema.integer({
      minimum: 1,
      default: cacheMemoryBytes / 2 ** 20,
      description:
        'most MiB of keys and values in generation, for all sequences together: prompts wait until there is room. One is always continued, whatever it takes',
    }),
    maxSequences: schema.integer({
      minimum: 1,
      default: maxSequences,
      description: 'most prompts that are continued together',
    }),
  };
}

/** As an engine takes them. */
export function cacheOptionsOf(options: { readonly cacheMemory: number; readonly maxSequences: number }): CacheOptions {
  return { cacheMemoryBytes: options.cacheMemory * 2 ** 20, maxSequences: options.maxSequences };
}

/** How many sequences and tokens fit; keys and values are float32. */
export function cacheBudget(
  { layers, keyValueHeads, headSize }: Pick<ModelConfig, 'layers' | 'keyValueHeads' | 'headSize'>,
  { cacheMemoryBytes, maxSequences }: CacheOptions,
): CacheBudget {
  const tokenBytes = 2 * layers * keyValueHeads * headSize * Float32Array.BYTES_PER_ELEMENT;
  return { sequences: maxSequences, tokens: Math.floor(cacheMemoryBytes / tokenBytes) };
}

/** Room for at least so many tokens, in whole steps. */
export function capacityFor(tokens: number): number {
  return Math.ceil(tokens / capacityStep) * capacityStep;
}

/** Whether sequences, the longest of so many tokens, are within the budget; with `growth`, for another step of the cache. */
export function fits(budget: CacheBudget, sequences: number, longest: number, growth = false): boolean {
  return sequences * capacityFor(longest + (growth ? capacityStep : 0)) <= budget.tokens;
}
