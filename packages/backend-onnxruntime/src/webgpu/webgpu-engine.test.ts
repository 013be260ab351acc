import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { modelSignalNames, type TokenBatch } from '@profit-sft/core';
import { expectedParameters, openCheckpoint, readModelConfig } from '@profit-sft/models';
import { EngineModel } from '@profit-sft/engine';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openModel, type OpenOptions } from '../engine/open-model.js';
import { determinedElements } from '../testing/determined-elements.js';
import { prepareWebgpu } from '../testing/software-driver.js';
import type { GpuMemory } from './gpu-memory.js';
import { webgpuEngine } from './webgpu-engine.js';

const probe = await prepareWebgpu();
const note = probe.works ? '' : ` (skipped: WebGPU does not start here: ${probe.reason})`;

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const keepAll: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const recomputeAll: OpenOptions = { ...keepAll, activationMemoryBytes: 0, headMemoryBytes: 0 };
/** The tiny models have a vocabulary of 67. */
const twoTokens = (options: OpenOptions) => ({ ...options, headChunkBytes: 2 * 4 * 67 });
const step = {
  learningRate: 1e-2,
  gradientScale: 0.1,
  maxGradientNorm: 0.5,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const sequences = [
  [5, 9, 2, 44, 60, 9],
  [1, 2, 3],
  [7, 8, 9, 10, 11],
];
const batches = [
  batchOfSequences(sequences, 'packed'),
  batchOfSequences(sequences.slice(1), 'padded'),
  batchOfSequences(sequences.slice(0, 2), 'packed'),
];
/** Some tokens masked, among them whole stretches. */
const weightsFor = (batch: TokenBatch): Float32Array =>
  Float32Array.from({ length: batch.scored.length }, (_, token) => [1, 0, 0.5, 0.25, 0][token % 5]);

interface OnDevice {
  readonly model: EngineModel;
  readonly memory: GpuMemory;
}

async function openOnDevice(
  name: string,
  options: OpenOptions & { readonly headChunkBytes?: number },
): Promise<OnDevice> {
  const directory = join(fixtures, name);
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory);
  const read = (parameter: string): Promise<Float32Array> => checkpoint.readFloat32(parameter);
  const engine = await webgpuEngine(config, expectedParameters(config), read, options);
  await checkpoint.close();
  return { model: new EngineModel(config, engine, options), memory: engine.memory };
}

/** Two micro-batches, then a step. */
async function trainStep(model: EngineModel): Promise<number> {
  for (const batch of batches.slice(0, 2)) {
    const forward = await model.forward(batch);
    await model.backward(forward, weightsFor(batch));
  }
  return (await model.update(step)).gradientNorm;
}

function expectClose(actual: Map<string, Float32Array>, expected: Map<string, Float32Array>, bound: number): void {
  for (const [name, values] of expected) {
    const determined = (data: Float32Array): Float32Array => determinedElements(name, data);
    const error = relativeError(determined(actual.get(name) as Float32Array), determined(values));
    expect(error, name).toBeLessThan(bound);
  }
}

const directories: string[] = [];
async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'profit-webgpu-'));
  directories.push(made);
  return made;
}
afterAll(() => Promise.all(directories.map((made) => rm(made, { recursive: true, force: true }))));

describe.skipIf(!probe.works).each(['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'])(
  `WebGPU against the CPU, %s${note}`,
  (name) => {
    test.each([
      ['kept', keepAll],
      ['recomputed', recomputeAll],
      ['kept, two tokens of the head at a time', twoTokens(keepAll)],
      ['recomputed, two tokens of the head at a time', twoTokens(recomputeAll)],
    ])('log p, gradients, two clipped AdamW steps, activations %s', async (_name, options) => {
      const cpu = await openModel(join(fixtures, name), options);
      const { model, memory } = await openOnDevice(name, options);
      for (const own of [cpu, model]) {
        for (const batch of batches.slice(0, 2)) {
          await own.backward(await own.forward(batch), weightsFor(batch));
        }
      }
      expectClose(await model.read('gradient'), await cpu.read('gradient'), 1e-4);
      for (const own of [cpu, model]) own.clearGradients();

      const counts: number[] = [];
      for (let i = 0; i < 3; i++) {
        const [expected, actual] = [await trainStep(cpu), await trainStep(model)];
        expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-4);
        counts.push(memory.liveBuffers);
        if (i === 1) expectClose(await model.read('weight'), await cpu.read('weight'), 1e-3);
      }
      expect(new Set(counts).size).toBe(1);
      const [expected, actual] = [await cpu.score(batches[2]), await model.score(batches[2])];
      expect(relativeError(actual.logProb, expected.logProb)).toBeLessThan(1e-3);
      expect(memory.liveBuffers).toBe(counts[0]);
      await cpu.dispose();
      await model.dispose();
      expect(memory.liveBuffers).toBe(0);
    });

    test('greedy generation, alone and in a batch with other prompts, leaves no buffer', async () => {
      const cpu = await openModel(join(fixtures, name), keepAll);
      const { model, memory } = await openOnDevice(name, keepAll);
      const before = memory.liveBuffers;
      const prompts = sequences.map((tokens) => Int32Array.from(tokens));
      for (const group of [[prompts[0]], prompts]) {
        const options = { maxTokens: 8, endIds: [] };
        expect(await model.generate(group, options)).toEqual(await cpu.generate(group, options));
      }
      expect(memory.liveBuffers).toBe(before);
      await cpu.dispose();
      await model.dispose();
    });
  },
);

describe.skipIf(!probe.works)(`WebGPU${note}`, () => {
  test('every signal', async () => {
    const cpu = await openModel(join(fixtures, 'qwen3'), keepAll);
    const { model, memory } = await openOnDevice('qwen3', keepAll);
    const before = memory.liveBuffers;
    const expected = await cpu.score(batches[0], modelSignalNames, { topK: 5 });
    const actual = await model.score(batches[0], modelSignalNames, { topK: 5 });
    for (const signal of modelSignalNames) {
      const error = relativeError(actual[signal] as Float32Array, expected[signal] as Float32Array);
      expect(error, signal).toBeLessThan(1e-4);
    }
    // The states of two layers and of the scored tokens are kept for the next batch.
    expect(memory.liveBuffers - before).toBe(3);
    await cpu.dispose();
    await model.dispose();
  });

  test.each(['reference', 'tempered'] as const)('a second loss term, %s', async (towards) => {
    for (const options of [keepAll, recomputeAll, twoTokens(keepAll), twoTokens(recomputeAll)]) {
      const cpu = await openModel(join(fixtures, 'llama-tied'), options);
      const { model } = await openOnDevice('llama-tied', options);
      const other = await openOnDevice('qwen2', options);
      const [batch] = batches;
      const coefficients = Float32Array.from(weightsFor(batch), (_, token) => [0.3, -1, 0, 0][token % 4]);
      for (const own of [cpu, model]) {
        const reference = towards === 'reference' ? await other.model.distributions(batch) : undefined;
        const distribution = { towards, temperature: 0.7 };
        const forward = await own.forward(batch, [], {
          distribution,
          ...(reference === undefined ? {} : { reference }),
        });
        await own.backward(forward, weightsFor(batch), coefficients);
        reference?.release();
      }
      expectClose(await model.read('gradient'), await cpu.read('gradient'), 1e-4);
      for (const own of [cpu, model, other.model]) await own.dispose();
    }
  });

  test('a saved model is the model, and a saved state continues exactly', async () => {
    const { model } = await openOnDevice('llama-tied', keepAll);
    const untouched = await directory();
    await model.save(untouched);
    const cpu = await openModel(join(fixtures, 'llama-tied'), keepAll);
    const reference = await directory();
    await cpu.save(reference);
    const file = (folder: string): Promise<Buffer> => readFile(join(folder, 'model.safetensors'));
    expect((await file(untouched)).equals(await file(reference))).toBe(true);
    await cpu.dispose();

    await trainStep(model);
    const state = await directory();
    await model.saveState(state);
    const second = await openOnDevice('llama-tied', keepAll);
    await second.model.loadState(state);
    for (const part of ['weight', 'firstMoment', 'secondMoment'] as const) {
      expect(await second.model.read(part)).toEqual(await model.read(part));
    }
    await trainStep(model);
    await trainStep(second.model);
    expectClose(await second.model.read('weight'), await model.read('weight'), 1e-5);
    await model.dispose();
    await second.model.dispose();
  });

  test('a gradient that is not finite changes nothing and is cleared', async () => {
    const { model } = await openOnDevice('llama-tied', keepAll);
    const before = await model.read('weight');
    const forward = await model.forward(batches[0]);
    await model.backward(forward, weightsFor(batches[0]).fill(Infinity));
    expect(Number.isFinite((await model.update(step)).gradientNorm)).toBe(false);
    expect(await model.read('weight')).toEqual(before);
    expect([...(await model.read('gradient')).values()].every((gradient) => gradient.every((x) => x === 0))).toBe(true);
    await model.dispose();
  });

  test('a forward pass that is released holds no more than one that is used', async () => {
    const { model, memory } = await openOnDevice('qwen2', keepAll);
    await trainStep(model);
    const before = memory.liveBuffers;
    (await model.forward(batches[0])).release();
    expect(memory.liveBuffers).toBe(before);
    await model.dispose();
  });
});
