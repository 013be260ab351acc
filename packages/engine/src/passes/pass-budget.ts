import { schema, type BatchShape } from '@profit-sft/core';

/** What a forward and backward pass over one batch may hold beside what it cannot do without. */
export interface PassBudget {
  /** Most bytes of the layers' matrix products kept for the backward pass. */
  readonly activationBytes: number;
  /** Most bytes of log-probabilities kept for the head's backward pass. */
  readonly logProbBytes: number;
  /** Bytes of logits in one of the head's chunks. */
  readonly headChunkBytes: number;
}

/** The budget of a batch. */
export type BudgetOf = (batch: BatchShape) => PassBudget;

/** The options of a backend whose passes keep what fits and compute the rest again. */
export function passOptionSchemas() {
  return {
    activationMemory: schema.integer({
      minimum: 0,
      default: 1024,
      description:
        'most MiB of matrix products kept for the backward pass; layers whose products do not fit are recomputed, a third more work',
    }),
    headMemory: schema.integer({
      minimum: 0,
      default: 512,
      description:
        'most MiB of log-probabilities kept for the backward pass of the head; beyond it they are recomputed',
    }),
  };
}

/** As an engine takes them. */
export function passOptionsOf(options: { readonly activationMemory: number; readonly headMemory: number }): {
  readonly activationMemoryBytes: number;
  readonly headMemoryBytes: number;
} {
  return {
    activationMemoryBytes: options.activationMemory * 2 ** 20,
    headMemoryBytes: options.headMemory * 2 ** 20,
  };
}

/** The first layer whose products are kept: the last layers' are, as far as they fit together in so many bytes. */
export function firstKeptLayer(layers: number, bytesOf: (index: number) => number, budget: number): number {
  let first = layers;
  let bytes = 0;
  while (first > 0) {
    bytes += bytesOf(first - 1);
    if (bytes > budget) break;
    first--;
  }
  return first;
}
