import { defaultOptions } from './random-model.js';
import type { StepShape } from './program-flops.js';
import type { MeasuredShape } from './shapes.js';

/** Timed runs of each thing that is compared; medians are reported. */
export const runs = 5;

/** The step of a measured shape in which so many tokens are scored and kept, with the engine's default budgets. */
export function stepOf({ rows, columns }: MeasuredShape, scored: number, kept: number): StepShape {
  const { activationMemoryBytes, headMemoryBytes } = defaultOptions;
  return { batch: rows, sequence: columns, scored, kept, activationMemoryBytes, headMemoryBytes };
}

export function list(values: readonly number[]): string {
  return values.map((value) => value.toFixed(2)).join(' ');
}
