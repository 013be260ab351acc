import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { comparableEvents, directoryContent, readEvents } from './testing-model/directory-content.js';
import { killedRunConfig, ruleWithState, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

const run = (directory: string, parts: object = {}) =>
  train(
    smallRun(
      directory,
      { ...killedRunConfig, checkpointSteps: 1, keepCheckpoints: 3 },
      {
        masking: ruleWithState(),
        resume: true,
        ...parts,
      },
    ),
  );

async function interruptedAfter(step: number, directory: string): Promise<void> {
  const end = new AbortController();
  const sink = {
    write(event: RunEvent): void {
      if (event.type === 'step' && event.step === step) end.abort();
    },
  };
  await expect(run(directory, { signal: end.signal, sinks: [sink] })).rejects.toThrow('stopped after step');
}

/** Changes bytes of a file and keeps its size, as a disk may that lost what it said it had stored. */
function damage(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

function changeOneBit(bytes: Buffer): void {
  bytes[bytes.length - 3] ^= 4;
}

function loseAll(bytes: Buffer): void {
  bytes.fill(0);
}

test.each([
  ['one bit changed', changeOneBit],
  ['nothing but zeros', loseAll],
] as const)(
  'a checkpoint with %s in its state is not taken; the one before it is, and the run says so',
  async (_, change) => {
    const [whole, directory] = [temporaryPath(), temporaryPath()];
    await run(whole);
    await interruptedAfter(4, directory);
    const state = join(directory, 'checkpoints', 'step-00000004', 'model-state');
    damage(join(state, 'weights.bin'), change);
    await run(directory);
    const events = readEvents(directory);
    expect(events.find(({ type }) => type === 'resume')).toMatchObject({ step: 3 });
    const warning = events.find(({ type }) => type === 'warning');
    expect(warning).toMatchObject({ step: 3, code: 'damaged-checkpoint' });
    expect(warning).toMatchObject({ message: expect.stringMatching(/step-00000004: not what was written/) as string });
    expect(directoryContent(join(directory, 'model'))).toEqual(directoryContent(join(whole, 'model')));
    expect(
      comparableEvents(directory).filter((event) => event !== warning && (event as RunEvent).type !== 'warning'),
    ).toEqual(comparableEvents(whole));
  },
);

test('a checkpoint that the system does not let be read is named and kept: it may be as good as ever', async () => {
  const directory = temporaryPath();
  await interruptedAfter(4, directory);
  const record = join(directory, 'checkpoints', 'step-00000004', 'trainer.json');
  rmSync(record);
  mkdirSync(record);
  await expect(run(directory)).rejects.toThrow(
    /step-00000004: cannot be read \(EISDIR.*go on from the checkpoint before it/,
  );
  expect(existsSync(record)).toBe(true);
});

test('a checkpoint without its state is not taken; the one before it is', async () => {
  const directory = temporaryPath();
  await interruptedAfter(4, directory);
  rmSync(join(directory, 'checkpoints', 'step-00000004', 'model-state'), { recursive: true });
  await run(directory);
  expect(readEvents(directory).find(({ type }) => type === 'resume')).toMatchObject({ step: 3 });
});

test('a checkpoint of a later version is refused and kept', async () => {
  const directory = temporaryPath();
  await interruptedAfter(4, directory);
  const record = join(directory, 'checkpoints', 'step-00000004', 'trainer.json');
  writeFileSync(record, readFileSync(record, 'utf8').replace('"format": 1', '"format": 2'));
  await expect(run(directory)).rejects.toThrow(/step-00000004.trainer\.json: format: is 2; this version reads 1/);
  expect(existsSync(record)).toBe(true);
});

test('a checkpoint of an earlier version, which has no checksums, is taken', async () => {
  const directory = temporaryPath();
  await interruptedAfter(4, directory);
  const record = join(directory, 'checkpoints', 'step-00000004', 'trainer.json');
  const text = readFileSync(record, 'utf8');
  expect(text).toContain('"crc32"');
  writeFileSync(record, text.replaceAll(/,\s*"crc32": \d+/g, ''));
  await run(directory);
  expect(readEvents(directory).find(({ type }) => type === 'resume')).toMatchObject({ step: 4 });
});
