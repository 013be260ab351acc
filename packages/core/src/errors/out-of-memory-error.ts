import { ProfitError } from './profit-error.js';

/** Memory ran out, of this process or of the one that runs the model. The message says what to lower. */
export class OutOfMemoryError extends ProfitError {
  constructor(what: string, remedy: string, options?: { cause?: unknown }) {
    super('backend', `${what}. ${remedy}`, options);
  }
}
