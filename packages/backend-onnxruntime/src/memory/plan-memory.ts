import { MemoryLimitError, type BatchShape, type MemoryPlan } from '@profit-sft/core';
import type { AdaptedConfig } from '@profit-sft/models';
import { memoryParts, totalBytes } from './memory-parts.js';
import { keptProducts } from './kept-products.js';
import { allTrained, type ParameterMemory } from './parameter-memory.js';
import { leastBudget, passBudget, type MemoryLimits } from './pass-budget.js';

/**
 * What training on batches up to this shape takes in the CPU engine's process, and what is computed twice to take no more.
 *
 * @throws MemoryLimitError when it does not fit `memoryBytes` even with everything recomputed
 */
export function planMemory(
  config: AdaptedConfig,
  largest: BatchShape,
  limits: MemoryLimits,
  parameters: ParameterMemory = allTrained(config),
): MemoryPlan {
  const { memoryBytes } = limits;
  const least = memoryParts(config, largest, leastBudget, parameters);
  if (memoryBytes !== undefined && totalBytes(least) > memoryBytes) {
    throw new MemoryLimitError(memoryBytes, least);
  }
  const budget = passBudget(config, largest, limits, parameters);
  const parts = memoryParts(config, largest, budget, parameters);
  const { first } = keptProducts(config, largest.rows * largest.columns, budget.activationBytes);
  const notes: string[] = [];
  if (first > 0) notes.push(`${first} of ${config.layers} layers are computed again in the backward pass`);
  if (4 * largest.scored * config.vocabularySize > budget.logProbBytes) {
    notes.push('log-probabilities are computed again for the tokens that have a weight');
  }
  return { parts, total: totalBytes(parts), notes };
}
