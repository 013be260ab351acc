import { asMemoryError, OutOfMemoryError, ProfitError, type RunConfig } from '@profit-sft/core';

/** What JavaScript throws where the code is wrong: ours, or that of a plugin. */
const defects: readonly string[] = ['TypeError', 'ReferenceError', 'RangeError'];

/**
 * Something that was not foreseen was thrown in a step, by the trainer, the model or its runtime: the cause, whose stack says by which.
 * Its kind is `internal` where that is a defect of code, and `backend` else.
 */
export class FailedStepError extends ProfitError {
  constructor(place: string, cause: unknown) {
    // By name, because an error of the model's process comes as an Error with the name of its class.
    const isDefect = cause instanceof Error && defects.includes(cause.name);
    super(isDefect ? 'internal' : 'backend', `${place}: failed with ${describeThrown(cause)}`, { cause });
  }
}

/** What was thrown, with the first line of its stack, which says where in a plugin's file. */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const [frame] = /^\s+at .+$/m.exec(thrown.stack ?? '') ?? [''];
  return `${thrown.name}: ${thrown.message}${frame === '' ? '' : ` (${frame.trim()})`}`;
}

/** The error of a step, with where it came up. An error of ProFit keeps its class. */
export function failedStep(thrown: unknown, place: string): unknown {
  const error = asMemoryError(thrown);
  if (!ProfitError.isInstance(error)) return new FailedStepError(place, error);
  error.message = `${error.message} [${place}]`;
  return error;
}

/** An error of memory is told what the run has now, of what its message says to lower. */
export function withMemorySettings(error: unknown, { microBatchTokens, data, adapter }: RunConfig): unknown {
  if (!(error instanceof OutOfMemoryError)) return error;
  const settings = [
    `microBatchTokens ${microBatchTokens}`,
    `data.maxLength ${data.maxLength ?? 'what the model allows'}`,
    adapter === undefined ? 'no adapter' : `an adapter with base ${adapter.base}`,
  ];
  error.message = `${error.message} This run has ${settings.join(', ')}; batchSize does not matter, since a step is split.`;
  return error;
}
