import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { BackendUnavailableError } from '@profit-sft/core';
import { tfjs } from '../tfjs.js';
import { openModel } from '../open-model.js';
import { fixtureDirectory, keepAll } from '../testing/fixtures.js';
import { findPackage } from './optional-package.js';
import { startBestRuntime, startRuntime } from './start-runtime.js';

const gpuInstalled = findPackage('@tensorflow/tfjs-node-gpu') !== undefined;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profit-tfjs-'));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

test.skipIf(gpuInstalled)('a forced runtime that is not installed says how to install it', async () => {
  const error = await startRuntime('node-gpu').catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(BackendUnavailableError);
  expect((error as BackendUnavailableError).install).toBe('npm install @tensorflow/tfjs-node-gpu@4.22.0');
  expect((error as Error).message).toBe(
    'tfjs node-gpu is not available: @tensorflow/tfjs-node-gpu is not installed. ' +
      'Install it with: npm install @tensorflow/tfjs-node-gpu@4.22.0',
  );
});

test.skipIf(gpuInstalled)('it is so when a model is opened in a process of its own, too', async () => {
  const opening = tfjs({ runtime: 'node-gpu' }).open(fixtureDirectory('llama-tied'));
  await expect(opening).rejects.toThrow(/node-gpu is not installed\. Install it with: npm install/);
});

describe('PROFIT_TFJS_NODE', () => {
  test('a directory that holds no package is named', async () => {
    vi.stubEnv('PROFIT_TFJS_NODE', directory);
    await expect(startRuntime('node')).rejects.toThrow(
      `PROFIT_TFJS_NODE names ${directory}, which holds no package.json`,
    );
  });

  test('another version than that of tfjs-core is refused', async () => {
    vi.stubEnv('PROFIT_TFJS_NODE', directory);
    await writeFile(
      join(directory, 'package.json'),
      JSON.stringify({ name: '@tensorflow/tfjs-node', version: '4.20.0' }),
    );
    await expect(startRuntime('node')).rejects.toThrow('tfjs-node 4.20.0 is installed, and version 4.22.0 is needed');
  });
});

test('the first runtime that starts is taken, and the others are not asked', async () => {
  vi.stubEnv('PROFIT_TFJS_NODE', directory);
  expect((await startBestRuntime(['node', 'wasm', 'cpu'])).name).toBe('wasm');
  expect((await startBestRuntime(['cpu', 'wasm'])).name).toBe('cpu');
});

test('where none starts, each says why', async () => {
  vi.stubEnv('PROFIT_TFJS_NODE', directory);
  await expect(startBestRuntime(['node'])).rejects.toThrow(/none of its runtimes starts: tfjs node is not available/);
});

test('auto opens a model, and its description names the runtime', async () => {
  const model = await openModel(fixtureDirectory('llama-tied'), keepAll);
  expect(model.description.runtime).toMatch(/^tfjs (node-gpu|node|webgpu|wasm)$/);
  await model.dispose();
});
