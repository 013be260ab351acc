import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendUnavailableError } from '@profit-sft/core';
import { runStep } from './run-step.js';

let directory: string;
let lines: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profit-step-'));
  lines = [];
});
afterEach(() => rm(directory, { recursive: true }));

const run = (command: string, args: readonly string[], interval?: number): Promise<void> =>
  runStep({
    ...{ title: 'a step', command, args, directory, interval, log: join(directory, 'log') },
    report: (line) => lines.push(line),
  });
const script = (source: string): [string, string[]] => [process.execPath, ['-e', source]];

test('what a command prints is in the log, after what was there', async () => {
  await run(...script('console.log("first")'));
  await run(...script('console.error("second")'));
  expect(await readFile(join(directory, 'log'), 'utf8')).toMatch(/\$ .*first\n.*\$ .*second\n/s);
  expect(lines.join('\n')).toMatch(/^a step …\n {2}done in \d+ s\na step …\n {2}done in \d+ s$/);
});

test('a long one says that it is at work', async () => {
  await run(...script('setTimeout(() => {}, 500)'), 20);
  expect(lines.filter((line) => line.startsWith('  still at it')).length).toBeGreaterThan(2);
});

test('a failure has the exit code, the log’s path and the end of the output', async () => {
  const failure = run(...script('for (let i = 0; i < 40; i++) console.log(`line ${i}.`); process.exit(3)'));
  await expect(failure).rejects.toThrow(BackendUnavailableError);
  await expect(failure).rejects.toThrow(/exit code 3 \(a step\).*log; the end of it:\nline 15\..*line 39\.$/s);
});

test('a signal is named', async () => {
  await expect(run(...script('process.kill(process.pid, "SIGKILL")'))).rejects.toThrow('ended with SIGKILL');
});

test('a command that is not there is named', async () => {
  await expect(run('no-such-command', ['x'])).rejects.toThrow('no-such-command could not be started (a step)');
});
