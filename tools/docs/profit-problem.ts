import { builtinRegistry } from '@profit-sft/cli';
import { applySetting, ProfitError, parseSetting, type Registry } from '@profit-sft/core';
import { createProgram } from '../../packages/cli/src/command-line/program.js';
import { recordedTerminal } from '../../packages/cli/src/testing-model/recorded-terminal.js';

const registry = builtinRegistry as unknown as Registry;

/** Options of `profit` that name a plugin, and how the registry makes it. */
const kinds = {
  masking: (name: string, options: unknown) => registry.masking(name, options),
  evaluator: (name: string, options: unknown) => registry.evaluator(name, options),
  annotator: (name: string, options: unknown) => registry.annotator(name, options),
  launcher: (name: string, options: unknown) => registry.launcher(name, options),
  backend: (name: string, options: unknown) => registry.backend(name, options),
  data: (name: string, options: unknown) => registry.dataset(name, options),
} as const;

/** Makes the plugins that a command names, with the options that it gives them. */
function makePlugins(given: Readonly<Record<string, unknown>>): void {
  const { set = [], threshold } = given as { set?: readonly string[]; threshold?: number };
  const settable = (['evaluator', 'annotator', 'masking'] as const).find((kind) => given[kind] !== undefined);
  for (const [kind, make] of Object.entries(kinds)) {
    const text = given[kind];
    // A file is data without a plugin's name, and a rule by its path is the reader's own.
    if (typeof text !== 'string' || (kind === 'data' && !text.startsWith('{')) || text.startsWith('.')) continue;
    const { name, ...options } = text.startsWith('{') ? (JSON.parse(text) as { name: string }) : { name: text };
    if (kind === settable) for (const setting of set) applySetting(options, parseSetting(setting));
    if (kind === 'masking' && threshold !== undefined) Object.assign(options, { threshold });
    make(name, options);
  }
}

/**
 * What is wrong with the arguments of `profit`: an unknown command, argument or option, a missing one, a value that its parser refuses, a plugin
 * that is not there or that refuses its options. Nothing is run.
 */
export async function profitProblem(args: readonly string[]): Promise<string | undefined> {
  const { terminal, texts } = recordedTerminal();
  const program = createProgram({ terminal, registry, setExitCode: () => {} });
  const checkOnly = (command: typeof program): void => {
    if (command.commands.length === 0) command.action(() => makePlugins(command.opts()));
    command.commands.forEach(checkOnly);
  };
  checkOnly(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    // The parser has written its message, and leaves with 0 after help and version only.
    const { code, exitCode } = error as { code?: unknown; exitCode?: number };
    if (String(code).startsWith('commander.')) return exitCode === 0 ? undefined : texts.error;
    if (ProfitError.isInstance(error)) return error.message;
    throw error;
  }
}
