import { asMemoryError, exitCodes, ProfitError } from '@profit-sft/core';
import { CommanderError } from 'commander';
import type { Terminal } from '../terminal/terminal.js';

/** Says on stderr what went wrong and returns the exit code. What a user can cause comes without a stack trace. */
export function reportError(thrown: unknown, terminal: Terminal): number {
  const error = asMemoryError(thrown);
  // Commander has written its message already; its only success codes are help and version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.config;
  if (ProfitError.isInstance(error)) {
    terminal.error.write(`profit: ${error.message}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.error.write(
    `${stack}\n\nprofit: this is a defect of profit, not of your input. Please report it with the lines above.\n`,
  );
  return exitCodes.internal;
}
