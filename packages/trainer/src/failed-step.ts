import { asMemoryError, OutOfMemoryError, ProfitError, type RunConfig } from '@profit-sft/core';

/** The first line of a stack, which says where in a plugin's file something was thrown. */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `threw ${String(thrown)}`;
  const [frame] = /^\s+at .+$/m.exec(thrown.stack ?? '') ?? [''];
  return `threw ${thrown.name}: ${thrown.message}${frame === '' ? '' : ` (${frame.trim()})`}`;
}

/** The error of a step, with where it came up. An error of ProFit keeps its class. */
export function failedStep(thrown: unknown, place: string): unknown {
  const error = asMemoryError(thrown);
  if (!ProfitError.isInstance(error)) {
    return new ProfitError('backend', `${place}: the model ${describeThrown(error)}`, { cause: error });
  }
  error.message = `${error.message} [${place}]`;
  return error;
}

/** An error of memory is told what the run has now, of what its message says to lower. */
export function withMemorySettings(error: unknown, { microBatchTokens, data, adapter, backend }: RunConfig): unknown {
  if (!(error instanceof OutOfMemoryError)) return error;
  const { memory } = typeof backend === 'string' ? {} : (backend as { memory?: unknown });
  const settings = [
    `microBatchTokens ${microBatchTokens}`,
    `data.maxLength ${data.maxLength ?? 'what the model allows'}`,
    `memory ${memory === undefined ? 'not limited by its configuration' : `${String(memory)} MiB`}`,
    adapter === undefined ? 'no adapter' : `an adapter with base ${adapter.base}`,
  ];
  error.message = `${error.message} This run has ${settings.join(', ')}; batchSize does not matter, since a step is split.`;
  return error;
}
