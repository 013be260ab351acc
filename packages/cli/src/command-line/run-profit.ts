import type { Registry } from '@profit-sft/core';
import { builtinRegistry } from '../registry.js';
import type { Terminal } from '../terminal/terminal.js';
import { createProgram } from './program.js';
import { reportError } from './report-error.js';

/**
 * Runs the command line `profit …` and returns its exit code: 0, or that of the error (see `exitCodes` of core).
 *
 * @param args what follows `profit`
 */
export async function runProfit(
  args: readonly string[],
  terminal: Terminal,
  registry: Registry = builtinRegistry as unknown as Registry,
): Promise<number> {
  let exitCode = 0;
  const program = createProgram({ terminal, registry, setExitCode: (code) => (exitCode = code) });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, terminal);
  }
}
