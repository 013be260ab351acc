import { ProfitError } from '@profit-sft/core';

/** A judge that cannot be asked at all: not reachable, not allowed, not there, or over its budget. It ends the run. */
export class JudgeError extends ProfitError {
  /** The HTTP status, where the server answered. */
  readonly status: number | undefined;

  constructor(message: string, options?: { status?: number; cause?: unknown }) {
    super('backend', message, options);
    this.status = options?.status;
  }
}
