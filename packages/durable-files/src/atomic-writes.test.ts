import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { expect, it } from 'vitest';
import { removePartials, writeDirectoryAtomically, writeFileAtomically } from './atomic-writes.js';
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

it('keeps the old directory when filling the new one fails, and removes the remains when asked', async () => {
  const path = temporaryPath('model');
  await writeDirectoryAtomically(path, async (partial) => writeFileSync(join(partial, 'a'), 'good'));
  const failing = writeDirectoryAtomically(path, async (partial) => {
    writeFileSync(join(partial, 'a'), 'half');
    throw new Error('out of memory');
  });
  await expect(failing).rejects.toThrow('out of memory');
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('good');
  expect(readdirSync(dirname(path))).toHaveLength(2);
  removePartials(dirname(path));
  expect(readdirSync(dirname(path))).toEqual(['model']);
});

it('says which file cannot be written', () => {
  const path = temporaryPath('missing/result.json');
  expect(() => writeFileAtomically(path, '{}')).toThrow(OutputError);
  expect(() => writeFileAtomically(path, '{}')).toThrow(/result\.json: cannot be written \(ENOENT/);
});
