import { ProfitError } from '@profit-sft/core';

/** A data set of the Hub that cannot be had: not there, not allowed, not reachable, or not what its hash says. */
export class HubError extends ProfitError {
  /** The HTTP status, where the Hub answered. */
  readonly status: number | undefined;

  constructor(message: string, options?: { status?: number; cause?: unknown }) {
    super('data', message, options);
    this.status = options?.status;
  }
}
