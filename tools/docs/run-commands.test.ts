import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { builtinRegistry, runProfit } from '@profit-sft/cli';
import { createRegistry, type Registry } from '@profit-sft/core';
import { afterEach, describe, expect, test } from 'vitest';
import { recordedTerminal } from '../../packages/cli/src/testing-model/recorded-terminal.js';
import { commandsNotRun } from './commands-not-run.js';
import { markdownFiles } from './markdown-files.js';
import { fillPageFolder } from './page-folder.js';
import { documentedCommands, type DocumentedCommand } from './shell-blocks.js';

const files = markdownFiles();
const commands = (await documentedCommands(files)).map((command): DocumentedCommand => {
  const text = command.text.replace(/^npx profit /, 'profit ');
  return { ...command, text };
});
const reasonsOf = ({ text }: DocumentedCommand): string[] =>
  commandsNotRun.filter((entry) => entry.commands.test(text)).map(({ reason }) => reason);
const run = commands.filter((command) => reasonsOf(command).length === 0);

// Models in this process: a process for each would take longer than what it does.
const inProcess: typeof onnxruntime = Object.assign(
  (options: Parameters<typeof onnxruntime>[0]) => onnxruntime({ process: false, ...options }),
  onnxruntime,
);
const backends = builtinRegistry.plugins.backends.map((backend) => (backend === onnxruntime ? inProcess : backend));
const registry = createRegistry({ ...builtinRegistry.plugins, backends }) as unknown as Registry;

const startedIn = process.cwd();
afterEach(() => process.chdir(startedIn));

const pages = [...new Set(run.map(({ page }) => page))];
test.each(pages)(
  'the commands of %s run, one after the other',
  async (page) => {
    const folder = await mkdtemp(join(tmpdir(), 'profit-page-'));
    try {
      await fillPageFolder(folder, files.find(({ path }) => path === page) ?? { path: page, text: '' });
      process.chdir(folder);
      for (const { words, text } of run.filter((command) => command.page === page)) {
        const { terminal, texts } = recordedTerminal();
        const args = words.slice(words.indexOf('profit') + 1);
        expect(await runProfit(args, terminal, registry), `${text}\n${texts.error}`).toBe(0);
        expect(texts.out + texts.error, `${text} prints something`).not.toBe('');
      }
    } finally {
      process.chdir(startedIn);
      await rm(folder, { recursive: true });
    }
  },
  180_000,
);

describe('commands that are not run', () => {
  test('only profit is run, and what is not run has one reason', () => {
    expect(run.filter(({ text }) => !text.startsWith('profit ')).map(({ text }) => text)).toEqual([]);
    expect(commands.filter((command) => reasonsOf(command).length > 1).map(({ text }) => text)).toEqual([]);
  });

  test('a script that is new to the documentation has none, also where it begins as another', () => {
    for (const text of ['npm run new-script', 'npm run bench:new']) {
      expect(commandsNotRun.filter(({ commands }) => commands.test(text))).toEqual([]);
    }
  });

  test('every reason has a command', () => {
    const unused = commandsNotRun.filter((entry) => !commands.some(({ text }) => entry.commands.test(text)));
    expect(unused).toEqual([]);
  });
});
