import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackendUnavailableError } from '@profit-sft/core';
import { diagnose } from './diagnose.js';
import { findInstallation, findPackage } from './find-installation.js';
import { loadLibrary } from './load-library.js';
import { transformers } from '../transformers.js';
import { installationFolders, hasInstallations, unlessInstalled } from '../testing/installations.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'profit-installation-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A package of that name with this as its module. */
async function install(name: string, packageName: string, module: string): Promise<string> {
  const root = join(folder, name);
  const own = join(root, 'node_modules', packageName);
  await mkdir(join(own, 'dist'), { recursive: true });
  await writeFile(
    join(own, 'package.json'),
    JSON.stringify({ name: packageName, version: '9.1.2', main: 'dist/main.mjs' }),
  );
  await writeFile(join(own, 'dist/main.mjs'), module);
  return root;
}

test('a missing Transformers.js is an error that says what to install, before any process starts', async () => {
  const message =
    /^transformers is not available: @huggingface\/transformers or @xenova\/transformers is not installed in .*\. Install it with: npm install --ignore-scripts @huggingface\/transformers@4/;
  expect(() => findInstallation(folder)).toThrow(message);
  const opened = transformers({ installation: folder }).open('model');
  await expect(opened).rejects.toThrow(message);
  await expect(opened).rejects.toBeInstanceOf(BackendUnavailableError);
});

test('each package is diagnosed by itself', async () => {
  const works = await install('works', '@xenova/transformers', 'export const env = {};');
  const broken = await install('broken', '@huggingface/transformers', "throw new Error('no libonnxruntime here');");
  const [missing, old] = await diagnose([works]);
  expect(missing).toEqual({
    name: 'transformers @huggingface/transformers',
    works: false,
    detail: 'is not installed; it is optional',
    install: 'npm install --ignore-scripts @huggingface/transformers@4.3.1',
  });
  expect(old).toMatchObject({ works: true, detail: '9.1.2; scores and generates, does not train' });
  const [fails] = await diagnose([broken]);
  expect(fails).toMatchObject({
    works: false,
    detail: '9.1.2 does not load: Error: no libonnxruntime here',
    install: expect.stringContaining('npm install') as unknown,
  });
});

test('one that does not load is reported with its cause', async () => {
  const broken = await install('broken', '@huggingface/transformers', "throw new Error('no libonnxruntime here');");
  await expect(loadLibrary(findInstallation(broken))).rejects.toThrow(
    /@huggingface\/transformers 9\.1\.2 does not load \(no libonnxruntime here\)/,
  );
});

test.skipIf(!hasInstallations)(`the installations of this machine work${unlessInstalled}`, async () => {
  for (const installation of installationFolders) {
    const { packageName, version } = findInstallation(installation);
    const health = await diagnose([installation]);
    const found = health.find(({ name }) => name.endsWith(packageName));
    expect(found).toMatchObject({ works: true, detail: expect.stringContaining(version) as unknown });
  }
});

test('a folder without the package has none', () => {
  expect(findPackage('@huggingface/transformers', [folder])).toBeUndefined();
});
