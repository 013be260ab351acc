import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredParameter } from '../passes/parameters.js';
import type { Optimizer } from './engine.js';
import { loadTrainingState, saveTrainingState } from './training-state.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-state-'));
  await saveTrainingState(folder, [parameter], optimizer(3));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const values = Float32Array.of(1, 2, 3, 4);
const parameter: StoredParameter = {
  ...{ name: 'a', shape: [2, 2], size: 4 },
  read: () => Promise.resolve(values),
  load: async (_, fill) => void (await fill(values)),
  clearGradient: () => undefined,
};
const optimizer = (step: number): Optimizer => ({ step }) as Optimizer;

test('the step count comes back', async () => {
  const restored = optimizer(0);
  await loadTrainingState(folder, [parameter], restored);
  expect(restored.step).toBe(3);
});

test.each(['null', '1', '[]', '{"step":-1}', '{"step":1.5}', '{"step":3,"lossScale":null}', '['.repeat(100_000)])(
  '%.20s is no optimiser’s state',
  async (text) => {
    await writeFile(join(folder, 'optimizer.json'), text);
    const restored = optimizer(0);
    await expect(loadTrainingState(folder, [parameter], restored)).rejects.toThrow(InvalidModelError);
    expect(restored.step).toBe(0);
  },
);
