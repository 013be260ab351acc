import { InvalidConfigError, type RunConfig } from '@profit-sft/core';

type ScheduleConfig = Pick<RunConfig, 'learningRate' | 'schedule' | 'warmup'>;

/**
 * Warm-up steps of a run: a fraction below 1 is rounded up, as transformers does with `warmup_ratio`.
 * @throws InvalidConfigError for a number of steps that is not whole.
 */
export function warmupSteps(warmup: number, totalSteps: number): number {
  if (warmup < 1) return Math.ceil(warmup * totalSteps * (1 - 1e-12));
  if (!Number.isInteger(warmup)) {
    throw new InvalidConfigError('configuration', [
      { path: 'warmup', message: `expected a fraction below 1 or a whole number of steps, got ${warmup}` },
    ]);
  }
  return warmup;
}

/**
 * Learning rate of optimiser step `step` (from 1). With W warm-up steps of T:
 *
 *     k ≤ W:  η k/W                      k > W, progress q = (k − 1 − W) / (T − W):
 *                                        constant η · linear η (1 − q) · cosine η (1 + cos πq) / 2
 *
 * The decay is step by step that of transformers' `get_linear_schedule_with_warmup` and `get_cosine_schedule_with_warmup`:
 * it would reach 0 just after the last step, so the last step still trains. The warm-up is theirs one step earlier, so the
 * first step, which theirs takes with a rate of 0, trains too.
 */
export function learningRateAt(step: number, totalSteps: number, config: ScheduleConfig): number {
  const warmup = warmupSteps(config.warmup, totalSteps);
  if (step <= warmup) return (config.learningRate * step) / warmup;
  const progress = Math.max(0, (step - 1 - warmup) / Math.max(1, totalSteps - warmup));
  switch (config.schedule) {
    case 'constant':
      return config.learningRate;
    case 'linear':
      return config.learningRate * Math.max(0, 1 - progress);
    case 'cosine':
      return config.learningRate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}
