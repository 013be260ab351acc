import { expect, test } from 'vitest';
import { commandsTable } from './commands-table.js';
import { profitProgram } from './profit-program.js';

const rows = commandsTable(profitProgram()).split('\n').slice(2);
const commands = rows.map((row) => /^\| `profit (.*?)` \| \S/.exec(row)?.[1] ?? row);

test('commands have what they cannot do without, nested ones their path', () => {
  expect(commands).toEqual(
    expect.arrayContaining([
      'train <config>',
      'report <directories...>',
      'generate --model <directory> --prompt <text>',
      'data list',
      'doctor',
    ]),
  );
});

test('commands that hold others, hidden ones and the help are left out', () => {
  const words = commands.map((command) => command.split(' ')[0]);
  expect(commands).not.toContain('data');
  expect(words).not.toContain('job');
  expect(words).not.toContain('help');
});
