import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { modelSignalNames, type TokenBatch } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { openModel } from './open-model.js';
import { testedRuntimes, titleOf } from './testing/available-runtimes.js';
import { fixtureDirectory, keepAll, recomputeAll } from './testing/fixtures.js';

const directories: string[] = [];
afterAll(() => Promise.all(directories.map((made) => rm(made, { recursive: true, force: true }))));
async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'profit-tfjs-'));
  directories.push(made);
  return made;
}

const batches = [
  batchOfSequences(
    [
      [5, 9, 2, 44, 60, 9],
      [1, 2, 3],
      [7, 8, 9, 10, 11],
    ],
    'packed',
  ),
  batchOfSequences(
    [
      [1, 2, 3],
      [7, 8, 9, 10, 11],
    ],
    'padded',
  ),
];
const update = {
  learningRate: 1e-2,
  gradientScale: 0.1,
  maxGradientNorm: 0.5,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const weightsFor = ({ scored }: TokenBatch): Float32Array =>
  Float32Array.from({ length: scored.length }, (_, token) => [1, 0, 0.5, 0.25, 0][token % 5]);

/** Two micro-batches, then a step. */
async function trainStep(model: EngineModel): Promise<number> {
  for (const batch of batches) await model.backward(await model.forward(batch), weightsFor(batch));
  return (await model.update(update)).gradientNorm;
}

const tensors = (): number => engine().state.numTensors;

describe.each(await testedRuntimes())('$name', (tested) => {
  describe.skipIf(tested.skip !== undefined)(titleOf(tested), () => {
    test.each([
      ['kept', keepAll],
      ['recomputed', recomputeAll],
    ])('twenty steps hold as many tensors after each, activations %s', async (_name, options) => {
      const before = tensors();
      const model = await openModel(fixtureDirectory('qwen3'), { ...options, runtime: tested.name });
      const counts: number[] = [];
      const bytes: number[] = [];
      const norms: number[] = [];
      for (let i = 0; i < 20; i++) {
        norms.push(await trainStep(model));
        counts.push(tensors());
        bytes.push(engine().state.numBytes);
      }
      expect(new Set(counts).size).toBe(1);
      expect(new Set(bytes).size).toBe(1);
      expect(norms.every(Number.isFinite)).toBe(true);
      await model.dispose();
      expect(tensors()).toBe(before);
    });

    test('scoring, a released pass, distributions and generation leave nothing', async () => {
      const model = await openModel(fixtureDirectory('qwen2'), { ...keepAll, runtime: tested.name });
      await trainStep(model);
      const work = async (): Promise<void> => {
        await model.score(batches[0], modelSignalNames);
        (await model.forward(batches[1])).release();
        const distributions = await model.distributions(batches[0]);
        await distributions.logProbs(1, 3);
        distributions.release();
        await model.generate([Int32Array.of(1, 2, 3), Int32Array.of(4)], { maxTokens: 70, endIds: [9] });
      };
      // Buffers of generation stay for the next.
      await work();
      const after = tensors();
      for (let i = 0; i < 3; i++) await work();
      expect(tensors()).toBe(after);
      await model.dispose();
    });

    test('a resumed training ends bit for bit where the unbroken one ends', async () => {
      const whole = await openModel(fixtureDirectory('llama-tied'), { ...keepAll, runtime: tested.name });
      await trainStep(whole);
      await trainStep(whole);
      const state = await directory();
      await whole.saveState(state);
      const resumed = await openModel(fixtureDirectory('llama-tied'), { ...keepAll, runtime: tested.name });
      await resumed.loadState(state);
      for (const model of [whole, resumed]) {
        for (let i = 0; i < 3; i++) await trainStep(model);
      }
      for (const part of ['weight', 'firstMoment', 'secondMoment'] as const) {
        expect(await resumed.read(part)).toEqual(await whole.read(part));
      }
      await whole.dispose();
      await resumed.dispose();
    });

    test('a gradient that is not finite changes nothing and is cleared', async () => {
      const model = await openModel(fixtureDirectory('llama-tied'), { ...keepAll, runtime: tested.name });
      const before = await model.read('weight');
      const forward = await model.forward(batches[0]);
      await model.backward(forward, weightsFor(batches[0]).fill(Infinity));
      expect(Number.isFinite((await model.update(update)).gradientNorm)).toBe(false);
      expect(await model.read('weight')).toEqual(before);
      const gradients = [...(await model.read('gradient')).values()];
      expect(gradients.every((gradient) => gradient.every((value) => value === 0))).toBe(true);
      await model.dispose();
    });

    test('every signal is that of the whole distribution', async () => {
      const model = await openModel(fixtureDirectory('gpt2'), { ...keepAll, runtime: tested.name });
      const [batch] = batches;
      const signals = await model.score(batch, modelSignalNames);
      const distributions = await model.distributions(batch);
      const { vocabularySize } = model.description;
      const logProbs = (await distributions.logProbs(0, batch.scored.length)).slice();
      distributions.release();
      batch.scored.target.forEach((target, token) => {
        const row = logProbs.subarray(token * vocabularySize, (token + 1) * vocabularySize);
        const probabilities = row.map(Math.exp);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        expect(signals.logProb[token]).toBeCloseTo(row[target], 5);
        expect(signals.maxProb?.[token]).toBeCloseTo(Math.max(...probabilities), 5);
        expect(signals.rank?.[token]).toBe(row.filter((value) => value > row[target]).length + 1);
        const entropy = -row.reduce((sum, value, id) => sum + value * probabilities[id], 0);
        expect(signals.entropy?.[token]).toBeCloseTo(entropy, 4);
      });
      await model.dispose();
    });
  });
});

test('models of two runtimes train side by side in one process', async () => {
  const models = await Promise.all(
    (['wasm', 'cpu'] as const).map((runtime) => openModel(fixtureDirectory('llama-tied'), { ...keepAll, runtime })),
  );
  for (let i = 0; i < 2; i++) {
    const [wasm, cpu] = await Promise.all(models.map((model) => trainStep(model)));
    expect(Math.abs(wasm / cpu - 1)).toBeLessThan(1e-4);
  }
  for (const model of models) await model.dispose();
});
