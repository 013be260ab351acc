import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidModelError } from '@profit-sft/core';
import { expectedParameters, openCheckpoint, readModelConfig } from '@profit-sft/models';
import { EngineModel, LossScale, scaledLoss } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { cpuEngine } from './cpu-engine.js';
import { type OpenOptions } from './open-model.js';
import { Parameter } from './parameters.js';

const fixture = fileURLToPath(new URL('../../../models/fixtures/llama-tied', import.meta.url));
const options: OpenOptions = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' };
const step = {
  learningRate: 1e-2,
  gradientScale: 0.1,
  maxGradientNorm: 0.5,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const batches = [
  batchOfSequences(
    [
      [5, 9, 2, 44, 60],
      [1, 2, 3],
    ],
    'packed',
  ),
  batchOfSequences([[7, 8, 9, 10, 11, 12, 13]], 'packed'),
];

interface Opened {
  readonly model: EngineModel;
  readonly lossScale: LossScale | undefined;
}

/** The CPU's engine, whose float32 shows what scaling changes: nothing. */
async function open(scales: boolean): Promise<Opened> {
  const config = await readModelConfig(fixture);
  const checkpoint = await openCheckpoint(fixture);
  const parameters: Parameter[] = [];
  for (const { name, shape, kind } of expectedParameters(config)) {
    parameters.push(new Parameter(name, shape, kind, await checkpoint.readFloat32(name)));
  }
  await checkpoint.close();
  const plain = cpuEngine(config, { all: parameters, trained: parameters }, options);
  const engine = scales ? { ...plain, ...scaledLoss(plain.passes, plain.optimizer) } : plain;
  return { model: new EngineModel(config, engine, options), lossScale: engine.optimizer.lossScale };
}

/** Both micro-batches, with a second loss term, then a step. */
async function trainStep(model: EngineModel, weight = 1): ReturnType<EngineModel['update']> {
  for (const batch of batches) {
    const distribution = { towards: 'tempered', temperature: 0.7 } as const;
    const forward = await model.forward(batch, [], { distribution });
    const ofAll = (value: number): Float32Array => new Float32Array(forward.signals.length).fill(value);
    await model.backward(forward, ofAll(weight), ofAll(0.3));
  }
  return model.update(step);
}

describe('the scale', () => {
  test('doubles after 2000 finite steps in a row and halves at one that is not', () => {
    const lossScale = new LossScale();
    expect(lossScale.state).toEqual({ scale: 2 ** 16, goodSteps: 0 });
    for (let i = 0; i < 1999; i++) expect(lossScale.after(true)).toBe(false);
    expect(lossScale.state).toEqual({ scale: 2 ** 16, goodSteps: 1999 });
    lossScale.after(true);
    expect(lossScale.state).toEqual({ scale: 2 ** 17, goodSteps: 0 });
    lossScale.after(true);
    expect(lossScale.after(false)).toBe(true);
    expect(lossScale.state).toEqual({ scale: 2 ** 16, goodSteps: 0 });
  });

  test('is to blame until it is 1', () => {
    const lossScale = new LossScale();
    for (let i = 0; i < 16; i++) expect(lossScale.after(false)).toBe(true);
    expect(lossScale.scale).toBe(1);
    expect(lossScale.after(false)).toBe(false);
    expect(lossScale.scale).toBe(1);
  });
});

describe('training with a scaled loss', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'profit-scale-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('has the gradients, norms and weights of the plain loss, bit for bit', async () => {
    const [plain, scaled] = [await open(false), await open(true)];
    for (const { model } of [plain, scaled]) {
      const forward = await model.forward(batches[0]);
      await model.backward(forward, new Float32Array(forward.signals.length).fill(0.5));
    }
    expect(await scaled.model.read('gradient')).toEqual(await plain.model.read('gradient'));
    for (let i = 0; i < 3; i++) expect(await trainStep(scaled.model)).toEqual(await trainStep(plain.model));
    expect(await scaled.model.read('weight')).toEqual(await plain.model.read('weight'));
    expect(scaled.lossScale?.state).toEqual({ scale: 2 ** 16, goodSteps: 3 });
    for (const { model } of [plain, scaled]) await model.dispose();
  });

  test('skips a step that overflows, with half of the scale from then on', async () => {
    const { model, lossScale } = await open(true);
    await trainStep(model);
    const before = await model.read('weight').then(copied);
    expect(await trainStep(model, 1e38)).toMatchObject({ overflowed: true });
    expect(await model.read('weight')).toEqual(before);
    expect(lossScale?.state).toEqual({ scale: 2 ** 15, goodSteps: 0 });
    const { gradientNorm, overflowed } = await trainStep(model);
    expect(gradientNorm).toBeGreaterThan(0);
    expect(overflowed).toBeUndefined();
    await model.dispose();
  });

  test('is continued from a saved state with its scale, and ends with the bytes of the unbroken run', async () => {
    const unbroken = await open(true);
    unbroken.lossScale?.restore({ scale: 2 ** 20, goodSteps: 1998 });
    await trainStep(unbroken.model);
    await unbroken.model.saveState(directory);
    const continued = await open(true);
    await continued.model.loadState(directory);
    expect(continued.lossScale?.state).toEqual({ scale: 2 ** 20, goodSteps: 1999 });
    for (const { model } of [unbroken, continued]) await trainStep(model);
    for (const { lossScale } of [unbroken, continued])
      expect(lossScale?.state).toEqual({ scale: 2 ** 21, goodSteps: 0 });
    expect(await continued.model.read('weight')).toEqual(await unbroken.model.read('weight'));
    for (const { model } of [unbroken, continued]) await model.dispose();
  });

  test('starts with a scale of its own from the state of a float32 run, whose file it leaves as it was', async () => {
    const [plain, scaled] = [await open(false), await open(true)];
    await trainStep(plain.model);
    await plain.model.saveState(directory);
    expect(await readFile(join(directory, 'optimizer.json'), 'utf8')).toBe('{"step":1}\n');
    scaled.lossScale?.restore({ scale: 4, goodSteps: 9 });
    await scaled.model.loadState(directory);
    expect(scaled.lossScale?.state).toEqual({ scale: 2 ** 16, goodSteps: 0 });
    await scaled.model.saveState(directory);
    await plain.model.loadState(directory);
    for (const { model } of [plain, scaled]) await model.dispose();
  });

  test.each(['{"scale":null,"goodSteps":0}', '{"scale":0.5,"goodSteps":0}', '{"scale":2}', 'null'])(
    'refuses a state with the scale %s',
    async (lossScale) => {
      const { model } = await open(true);
      await model.saveState(directory);
      await writeFile(join(directory, 'optimizer.json'), `{"step":1,"lossScale":${lossScale}}`);
      await expect(model.loadState(directory)).rejects.toThrow(InvalidModelError);
      await model.dispose();
    },
  );
});

function copied(parts: Map<string, Float32Array>): Map<string, Float32Array> {
  return new Map([...parts].map(([name, values]) => [name, values.slice()]));
}
