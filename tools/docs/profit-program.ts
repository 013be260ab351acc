import { builtinRegistry, processTerminal } from '@profit-sft/cli';
import type { Registry } from '@profit-sft/core';
import { createProgram } from '../../packages/cli/src/command-line/program.js';

/** The command line of `profit`, to be looked at and not run. */
export function profitProgram(): ReturnType<typeof createProgram> {
  const registry = builtinRegistry as unknown as Registry;
  return createProgram({ terminal: processTerminal(), registry, setExitCode: () => undefined });
}
