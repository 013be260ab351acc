import type { BatchShape } from '@profit-sft/core';
import type { PassBudget } from '@profit-sft/engine';
import type { AdaptedConfig } from '@profit-sft/models';
import { keptProducts } from './kept-products.js';
import { memoryParts, totalBytes } from './memory-parts.js';
import { allTrained, type ParameterMemory } from './parameter-memory.js';

export interface MemoryLimits {
  /** Most bytes of the layers' matrix products kept; layers whose products do not fit, the first ones, are recomputed. */
  readonly activationMemoryBytes: number;
  /** Most bytes of log-probabilities kept; beyond it they are recomputed. */
  readonly headMemoryBytes: number;
  /** Bytes that the process may take in all; what is kept and the head's chunks are made to fit. */
  readonly memoryBytes?: number | undefined;
}

/**
 * Bytes of logits in one of the head's chunks: the head's weights are packed anew for each, so larger is faster up to where
 * the logits leave the processor's last-level cache (measured from 8 to 128 MiB at 1,024 × 32,000).
 */
const headChunk = { usual: 24 * 2 ** 20, least: 4 * 2 ** 20 };

export const leastBudget: PassBudget = { activationBytes: 0, logProbBytes: 0, headChunkBytes: headChunk.least };

/**
 * Divides the memory that is left for a batch: larger head chunks first, which take little, then the layers' products, then the
 * log-probabilities, which a rule that masks most tokens has little use for.
 */
export function passBudget(
  config: AdaptedConfig,
  batch: BatchShape,
  limits: MemoryLimits,
  parameters: ParameterMemory = allTrained(config),
): PassBudget {
  const { activationMemoryBytes, headMemoryBytes, memoryBytes } = limits;
  if (memoryBytes === undefined) {
    return {
      activationBytes: activationMemoryBytes,
      logProbBytes: headMemoryBytes,
      headChunkBytes: headChunk.usual,
    };
  }
  const bytesWith = (budget: Partial<PassBudget>): number =>
    totalBytes(memoryParts(config, batch, { ...leastBudget, ...budget }, parameters));
  const usual = bytesWith({ headChunkBytes: headChunk.usual }) <= memoryBytes;
  const headChunkBytes = usual ? headChunk.usual : headChunk.least;
  let left = Math.max(0, memoryBytes - bytesWith({ headChunkBytes }));
  const activationBytes = Math.min(activationMemoryBytes, left);
  left -= keptProducts(config, batch.rows * batch.columns, activationBytes).bytes;
  return { activationBytes, logProbBytes: Math.min(headMemoryBytes, left), headChunkBytes };
}
