import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openModel as openOnOnnxruntime } from '@profit-sft/backend-onnxruntime';
import type { EngineModel } from '@profit-sft/engine';
import { openSafetensors } from '@profit-sft/models';
import { batchOfSequences } from '@profit-sft/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModel } from './open-model.js';

const fixture = fileURLToPath(new URL('../../models/fixtures/qwen3', import.meta.url));
const batch = batchOfSequences([[5, 9, 2, 44, 60, 9]], 'packed');
const step = {
  ...{ learningRate: 1e-3, gradientScale: 0.1, maxGradientNorm: 1, weightDecay: 0.1 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

async function trainStep(model: EngineModel): Promise<void> {
  await model.backward(await model.forward(batch), new Float32Array(batch.scored.length).fill(1));
  await model.update(step);
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-reference-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the state is F64, and that of a resumed run is that of the unbroken one, byte for byte', async () => {
  const [unbroken, resumed] = [
    await openModel(fixture, { saveDtype: 'F32' }),
    await openModel(fixture, { saveDtype: 'F32' }),
  ];
  await trainStep(unbroken);
  await unbroken.saveState(join(folder, 'half'));
  await resumed.loadState(join(folder, 'half'));
  const weights = await openSafetensors(join(folder, 'half/weights.safetensors'));
  const data = await weights.readFloat64('model.norm.weight');
  expect(data.some((value) => value !== Math.fround(value))).toBe(true);
  await weights.close();
  for (const [name, model] of Object.entries({ unbroken, resumed })) {
    await trainStep(model);
    await model.saveState(join(folder, name));
    await model.dispose();
  }
  for (const file of ['weights.safetensors', 'moments.safetensors', 'optimizer.json']) {
    const [a, b] = await Promise.all(['unbroken', 'resumed'].map((name) => readFile(join(folder, name, file))));
    expect(a.equals(b), file).toBe(true);
  }
});

test('states go between engines: rounded one way, exact the other', async () => {
  const reference = await openModel(fixture, { saveDtype: 'F32' });
  const onnxruntime = await openOnOnnxruntime(fixture, {
    ...{ threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' },
  });
  await trainStep(reference);
  await reference.saveState(join(folder, 'reference'));
  await onnxruntime.loadState(join(folder, 'reference'));
  expect(await onnxruntime.read('weight')).toEqual(await reference.read('weight'));
  await trainStep(onnxruntime);
  await onnxruntime.saveState(join(folder, 'onnxruntime'));
  await reference.loadState(join(folder, 'onnxruntime'));
  for (const part of ['weight', 'firstMoment', 'secondMoment'] as const) {
    expect(await reference.read(part)).toEqual(await onnxruntime.read(part));
  }
  for (const model of [reference, onnxruntime]) await model.dispose();
});

test('one that lacks a tensor of a later file is refused before anything is changed', async () => {
  const model = await openModel(fixture, { saveDtype: 'F32' });
  await trainStep(model);
  await model.saveState(folder);
  await trainStep(model);
  const before = await model.read('weight');
  await rm(join(folder, 'moments.safetensors'));
  await expect(model.loadState(folder)).rejects.toThrow(/moments\.safetensors.*does not exist/);
  expect(await model.read('weight')).toEqual(before);
  await model.dispose();
});
