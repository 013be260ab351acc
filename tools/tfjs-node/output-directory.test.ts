import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputError } from '@profit-sft/core';
import { prepareOutput } from './output-directory.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-output-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a new directory gets the manifest and its lock file, and may be filled again', async () => {
  const directory = join(folder, 'a/b');
  await prepareOutput(directory);
  expect((await readdir(directory)).sort()).toEqual(['package-lock.json', 'package.json']);
  await writeFile(join(directory, 'build.log'), '');
  await prepareOutput(directory);
});

test('the manifest pins what the lock file has', async () => {
  await prepareOutput(folder);
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'));
  const manifest = (await read('package.json')) as Record<string, Record<string, string>>;
  const lock = (await read('package-lock.json')) as { packages: Record<string, { version: string }> };
  const pinned = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(pinned.length).toBe(3);
  for (const [name, version] of pinned) expect(lock.packages[`node_modules/${name}`].version).toBe(version);
});

test('files of others are left alone', async () => {
  await writeFile(join(folder, 'package.json'), '{"name":"mine"}');
  await expect(prepareOutput(folder)).rejects.toThrow(OutputError);
  expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe('{"name":"mine"}');
  await expect(prepareOutput(join(folder, 'package.json'))).rejects.toThrow('cannot be read');
});
