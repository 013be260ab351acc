import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { expect, it } from 'vitest';
import {
  makeDirectory,
  removeDirectoryAtomically,
  removePartials,
  writeDirectoryAtomically,
  writeFileAtomically,
} from './atomic-writes.js';
import { temporaryPath } from './testing/temporary-path.js';

it('shows a directory only when it is complete', async () => {
  const path = temporaryPath('model');
  await writeDirectoryAtomically(path, async (partial) => {
    writeFileSync(join(partial, 'a'), 'first');
    expect(existsSync(path)).toBe(false);
  });
  await writeDirectoryAtomically(path, async (partial) => {
    mkdirSync(join(partial, 'deep'));
    writeFileSync(join(partial, 'deep', 'b'), 'second');
    expect(readdirSync(path)).toEqual(['a']);
  });
  expect(readdirSync(path)).toEqual(['deep']);
  expect(readdirSync(dirname(path))).toEqual(['model']);
});

it('keeps the old directory when filling the new one fails, and leaves nothing of the new one', async () => {
  const path = temporaryPath('model');
  await writeDirectoryAtomically(path, async (partial) => writeFileSync(join(partial, 'a'), 'good'));
  const failing = writeDirectoryAtomically(path, async (partial) => {
    writeFileSync(join(partial, 'a'), 'half');
    throw new Error('out of memory');
  });
  await expect(failing).rejects.toThrow('out of memory');
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('good');
  expect(readdirSync(dirname(path))).toEqual(['model']);
});

it('removes what a killed process left', () => {
  const path = temporaryPath('model');
  mkdirSync(path);
  mkdirSync(join(dirname(path), '.partial-model-0011aabb', 'deep'), { recursive: true });
  removePartials(dirname(path));
  expect(readdirSync(dirname(path))).toEqual(['model']);
});

it('gives two that fill one directory, of which one was thought to be gone, a place each', async () => {
  const path = temporaryPath('model');
  let goOn = (): void => undefined;
  const slow = writeDirectoryAtomically(path, async (partial) => {
    writeFileSync(join(partial, 'a'), 'old');
    await new Promise<void>((resolve) => (goOn = resolve));
    writeFileSync(join(partial, 'b'), 'old');
  });
  await writeDirectoryAtomically(path, async (partial) => writeFileSync(join(partial, 'a'), 'new'));
  expect(readdirSync(path)).toEqual(['a']);
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('new');
  goOn();
  await slow;
  expect(readdirSync(path)).toEqual(['a', 'b']);
  expect(readdirSync(dirname(path))).toEqual(['model']);
});

it('says of a full disk how much had been written', async () => {
  const path = temporaryPath('model');
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  const writing = writeDirectoryAtomically(path, async (partial) => {
    writeFileSync(join(partial, 'a'), new Uint8Array(3 * 2 ** 20));
    throw full;
  });
  await expect(writing).rejects.toThrow(
    /3\.0 MiB of it had been written, and [\d.]+ MiB were left \(ENOSPC: .*Free some space/,
  );
  expect(readdirSync(dirname(path))).toEqual([]);
});

it('removes a directory, over what a killed process left of an earlier try', () => {
  const path = temporaryPath('step-1');
  const sibling = join(dirname(path), '.partial-step-1');
  for (const directory of [path, sibling]) mkdirSync(join(directory, 'deep'), { recursive: true });
  writeFileSync(join(path, 'deep', 'a'), 'a');
  removeDirectoryAtomically(path);
  expect(readdirSync(dirname(path))).toEqual([]);
  expect(() => removeDirectoryAtomically(path)).toThrow(OutputError);
  expect(() => removeDirectoryAtomically(path)).toThrow(/step-1: cannot be written \(ENOENT/);
});

it('writes a file over another one and leaves nothing beside it', () => {
  const path = temporaryPath('result.json');
  for (const text of ['first', 'second']) {
    writeFileAtomically(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
  expect(readdirSync(dirname(path))).toEqual(['result.json']);
});

it('says that a directory cannot be made below a file', () => {
  const path = temporaryPath('file');
  writeFileSync(path, '');
  expect(() => makeDirectory(join(path, 'run'))).toThrow(OutputError);
  expect(() => makeDirectory(join(path, 'run'))).toThrow(/run: cannot be written \(ENOTDIR/);
});

it('makes directories above one another', () => {
  const path = temporaryPath('a/b/c');
  expect(makeDirectory(path)).toBe(true);
  expect(makeDirectory(path)).toBe(false);
  expect(existsSync(path)).toBe(true);
});

it('says which file cannot be written', () => {
  const path = temporaryPath('missing/result.json');
  expect(() => writeFileAtomically(path, '{}')).toThrow(OutputError);
  expect(() => writeFileAtomically(path, '{}')).toThrow(/result\.json: cannot be written \(ENOENT/);
});
