import { ProfitError } from '@profit-sft/core';

/** A cluster that does not answer, or refuses what it is sent; nothing of the ablation is lost. */
export class LauncherError extends ProfitError {
  constructor(launcher: string, message: string, options?: { cause?: unknown }) {
    super('backend', `${launcher}: ${message}`, options);
  }
}
