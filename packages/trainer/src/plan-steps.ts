import { InvalidConfigError, type RunConfig } from '@profit-sft/core';

/** Optimiser steps of one pass over the data; the last, smaller batch of a pass is a step too. */
export function stepsPerEpoch(batchSize: number, examples: number): number {
  return Math.ceil(examples / batchSize);
}

/**
 * Optimiser steps of a run over `examples` sequences per epoch: `config.steps`, or `config.epochs` (default 1; a fraction
 * is rounded up to whole steps, as in transformers).
 * @throws InvalidConfigError when both are given, or when there is nothing to train on.
 */
export function planSteps(config: Pick<RunConfig, 'steps' | 'epochs' | 'batchSize'>, examples: number): number {
  if (config.steps !== undefined && config.epochs !== undefined) {
    throw new InvalidConfigError('configuration', [
      { path: 'steps', message: 'cannot be combined with epochs; give one of the two' },
    ]);
  }
  if (examples < 1) {
    throw new InvalidConfigError('configuration', [{ path: 'data.train', message: 'has no sequence to train on' }]);
  }
  // Rounding away the last bits keeps 0.1 · 30 at 3 steps, not 4.
  const exact = (config.epochs ?? 1) * stepsPerEpoch(config.batchSize, examples);
  return config.steps ?? Math.max(1, Math.ceil(exact * (1 - 1e-12)));
}
