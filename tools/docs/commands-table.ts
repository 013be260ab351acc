import type { createProgram } from '../../packages/cli/src/command-line/program.js';
import { code, markdownTable } from './markdown-table.js';

type Command = ReturnType<typeof createProgram>;

/** Arguments, and the options that a command cannot do without. */
function needed(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const options = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  return [...args, ...options].map((part) => ` ${part}`).join('');
}

function rowsOf(command: Command, path: string): string[][] {
  const held = command.createHelp().visibleCommands(command);
  const others = held.filter((other) => other.name() !== 'help');
  // A command that holds others does nothing of its own.
  if (others.length > 0) return others.flatMap((other) => rowsOf(other, `${path} ${other.name()}`));
  return [[code(`${path}${needed(command)}`), command.description()]];
}

/** Every command of a program that is not hidden, with what it cannot do without. */
export function commandsTable(program: Command): string {
  return markdownTable(['command', 'what it does'], rowsOf(program, program.name()));
}
