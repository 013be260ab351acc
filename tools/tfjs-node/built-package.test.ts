import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtPackage, packageIn } from './built-package.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-tfjs-node-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('without the variable there is none', async () => {
  expect(await builtPackage('')).toBeUndefined();
});

test('a folder without the binding is an error that says how to build it', async () => {
  await expect(builtPackage(folder)).rejects.toThrow(`${folder}, which has no lib/napi-v*/tfjs_binding.node`);
  await expect(builtPackage(folder)).rejects.toThrow('npm run tfjs-node -- --out DIRECTORY');
});

test('a folder with the binding is taken', async () => {
  const built = packageIn(folder);
  await mkdir(join(built, 'lib/napi-v8'), { recursive: true });
  await expect(builtPackage(built)).rejects.toThrow('has no');
  await writeFile(join(built, 'lib/napi-v8/tfjs_binding.node'), '');
  expect(await builtPackage(built)).toBe(join(folder, 'node_modules/@tensorflow/tfjs-node'));
});
