import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { comparableEvents, directoryContent } from './testing-model/directory-content.js';
import { killedRunConfig, ruleWithState, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train, type TrainOptions } from './train.js';

const script = fileURLToPath(new URL('testing-model/waiting-run.ts', import.meta.url));
const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

const run = (directory: string, options: Partial<TrainOptions> = {}) =>
  train(smallRun(directory, killedRunConfig, { masking: ruleWithState(), resume: true, ...options }));

it('a directory that another process trains in is refused, and left as it is; after that process was killed it is taken over', async () => {
  const [whole, directory] = [temporaryPath(), temporaryPath()];
  await run(whole);
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@profit-sft/source', script, directory], {
    cwd: packageDirectory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const before = directoryContent(directory);
    const message = new RegExp(`: is in use by process ${child.pid} on \\S+\\. Wait until it has ended, or end it$`);
    await expect(run(directory)).rejects.toThrow(message);
    // Not only that it is not empty.
    await expect(run(directory, { resume: false })).rejects.toThrow(message);
    expect(directoryContent(directory)).toEqual(before);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  await run(directory);
  expect(directoryContent(join(directory, 'model'))).toEqual(directoryContent(join(whole, 'model')));
  expect(comparableEvents(directory)).toEqual(comparableEvents(whole));
  expect(existsSync(join(directory, 'lock'))).toBe(false);
}, 60_000);

it('a run that fails before its first step leaves no directory', async () => {
  const directory = temporaryPath();
  const noRows = { length: 0, row: () => ({ prompt: '', completion: '' }), origin: () => 'empty', fingerprint: '' };
  await expect(run(directory, { train: noRows })).rejects.toThrow();
  expect(existsSync(directory)).toBe(false);
});
