import { ProfitError } from './profit-error.js';

/** Memory ran out, of this process or of the one that runs the model. The message says what to lower. */
export class OutOfMemoryError extends ProfitError {
  constructor(what: string, remedy: string, options?: { cause?: unknown }) {
    super('backend', `${what}. ${remedy}`, options);
  }
}

/** What to do where a model or its training does not fit. */
export const memoryRemedy =
  'Lower microBatchTokens of the run, or data.maxLength where a single sequence is longer than that; limit it with the backend’s option memory, ' +
  'which recomputes what it cannot keep; train adapters (LoRA), with adapter.base "stored" or "int8" for a large model; ' +
  'or close other programs.';

/** What JavaScript, C++, ONNX Runtime and the system say when they are not given memory. */
const signs =
  /array buffer allocation failed|could not allocate memory|bad[ _]alloc|failed to allocate memory|cannot allocate memory|out of memory|ENOMEM/i;
const codes: readonly unknown[] = ['ENOMEM', 'ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED'];

/** Whether an error that is not ours says that there was no memory. */
function isMemoryFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || ProfitError.isInstance(error)) return false;
  return codes.includes((error as { code?: unknown }).code) || signs.test(error.message);
}

/** An error that says that memory ran out, with what to do; any other as it is. */
export function asMemoryError(error: unknown): unknown {
  if (!isMemoryFailure(error)) return error;
  return new OutOfMemoryError(`memory ran out (${error.message})`, memoryRemedy, { cause: error });
}
