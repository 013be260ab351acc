import { asMemoryError, exitCodes, ProfitError } from '@profit-sft/core';
import { FailedStepError } from '@profit-sft/trainer';
import { CommanderError } from 'commander';
import type { Terminal } from '../terminal/terminal.js';

const defect =
  'profit: this is a defect of profit or of a plugin, not of your input. Please report it with the lines above.';

/** Says on stderr what went wrong and returns the exit code. What a user can cause comes without a stack trace. */
export function reportError(thrown: unknown, terminal: Terminal): number {
  const error = asMemoryError(thrown);
  // Commander has written its message already; its only success codes are help and version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.config;
  const exitCode = ProfitError.isInstance(error) ? error.exitCode : exitCodes.internal;
  // The message after the stack: launchers keep the last lines.
  if (error instanceof FailedStepError) terminal.error.write(`${stackOf(error.cause)}\n\n`);
  terminal.error.write(ProfitError.isInstance(error) ? `profit: ${error.message}\n` : `${stackOf(error)}\n\n`);
  if (exitCode === exitCodes.internal) terminal.error.write(`${defect}\n`);
  return exitCode;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
