import { isMemoryFailure, OutOfMemoryError } from '@profit-sft/core';

/** What to do where a model or its training does not fit. */
export const memoryRemedy =
  'Lower microBatchTokens of the run, or data.maxLength where a single sequence is longer than that; limit it with --memory (the backend’s ' +
  'option memory), which recomputes what it cannot keep; train adapters (LoRA), with adapter.base "stored" or "int8" for a large model; ' +
  'or close other programs.';

/** An error that says that memory ran out, with what to do; any other as it is. */
export function asMemoryError(error: unknown): unknown {
  if (!isMemoryFailure(error)) return error;
  return new OutOfMemoryError(`memory ran out in the process of the model (${error.message})`, memoryRemedy, {
    cause: error,
  });
}
