import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BackendUnavailableError, type TokenBatch } from '@profit-sft/core';
import { Graph, matmul } from '@profit-sft/graph';
import { floatTensor, type EngineModel } from '@profit-sft/engine';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openModel, type OpenOptions } from '../engine/open-model.js';
import { prepareWebgpu } from '../testing/software-driver.js';
import { GpuRuntime } from './gpu-runtime.js';
import type { GpuTensor } from './gpu-tensor.js';

const probe = await prepareWebgpu();
const note = probe.float16
  ? ''
  : ` (skipped: ${probe.works ? 'the device lacks shader-f16' : `WebGPU does not start here: ${probe.reason}`})`;

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const options: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const halves: OpenOptions = { ...options, provider: 'webgpu', precision: 'float16' };
const recomputing: OpenOptions = { ...halves, activationMemoryBytes: 0, headMemoryBytes: 0 };
const step = {
  learningRate: 1e-3,
  gradientScale: 0.1,
  maxGradientNorm: 1,
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
const batches = [batchOfSequences(sequences, 'packed'), batchOfSequences(sequences.slice(1), 'padded')];
const weightsFor = (batch: TokenBatch): Float32Array =>
  Float32Array.from({ length: batch.scored.length }, (_, token) => [1, 0, 0.5][token % 3]);

const open = (name: string, own: OpenOptions): Promise<EngineModel> => openModel(join(fixtures, name), own);

async function accumulate(model: EngineModel, factor = 1): Promise<number> {
  let loss = 0;
  for (const batch of batches) {
    const forward = await model.forward(batch);
    const weights = weightsFor(batch);
    forward.signals.logProb.forEach((logProb, token) => (loss -= weights[token] * logProb));
    await model.backward(
      forward,
      weights.map((weight) => weight * factor),
    );
  }
  return loss;
}

test('provider cpu refuses precision float16, whatever else is set', async () => {
  for (const own of [
    { ...options, precision: 'float16' },
    { ...halves, provider: 'cpu' },
  ] as const) {
    await expect(open('qwen3', own)).rejects.toThrow(BackendUnavailableError);
    await expect(open('qwen3', own)).rejects.toThrow(/precision "float16" is for provider "webgpu".*Set provider/);
  }
});

test.skipIf(!probe.works || probe.float16)('a device without shader-f16 refuses precision float16', async () => {
  await expect(open('qwen3', halves)).rejects.toThrow(BackendUnavailableError);
  await expect(open('qwen3', halves)).rejects.toThrow(/shader-f16.*precision "float32" works/s);
});

describe.skipIf(!probe.float16)(`float16 products on WebGPU${note}`, () => {
  // Equal terms are the worst case: all are rounded the same way, to 1.9 %. Uncut, the provider says 32 and infinity.
  test.each([
    ['small terms on a large sum are not lost', 0.1, 0.1],
    ['a sum beyond the range of F16 is finite', 4, 5],
  ])('%s', async (_name, left, right) => {
    const inner = 4096;
    const graph = new Graph();
    const [a, b] = [graph.input('float', [2, inner]), graph.input('float', [inner, 3])];
    const runtime = new GpuRuntime('float16');
    const program = await runtime.compile(graph.program('product', { a, b }, { product: matmul(a, b) }), ['product']);
    const filled = (value: number, shape: number[]): GpuTensor =>
      runtime.pass(floatTensor(new Float32Array(shape[0] * shape[1]).fill(value), shape));
    const { host } = await program.runForHost({ a: filled(left, [2, inner]), b: filled(right, [inner, 3]) });
    for (const value of host.product) expect(Math.abs(value / (inner * left * right) - 1)).toBeLessThan(2.5e-2);
    await runtime.release();
  });
});

describe.skipIf(!probe.float16).each(['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'])(
  `float16 on WebGPU against float32 on the CPU, %s${note}`,
  (name) => {
    test.each([
      ['kept', halves],
      ['recomputed', recomputing],
    ])('losses and gradients, activations %s', async (_name, own) => {
      const [cpu, model] = [await open(name, options), await open(name, own)];
      const expected = await accumulate(cpu);
      const before = await model.read('weight');
      let actual = await accumulate(model);
      let gradients = await model.read('gradient');
      // Until the loss scale fits, steps are skipped.
      for (let skipped = 0; ![...gradients.values()].every((values) => values.every(Number.isFinite)); skipped++) {
        expect(skipped).toBeLessThan(8);
        expect(await model.update(step)).toMatchObject({ overflowed: true });
        expect(await model.read('weight')).toEqual(before);
        actual = await accumulate(model);
        gradients = await model.read('gradient');
      }
      expect(actual).not.toBe(expected);
      expect(Math.abs(actual / expected - 1)).toBeLessThan(5e-3);
      for (const [parameter, values] of await cpu.read('gradient')) {
        expect(relativeError(gradients.get(parameter) as Float32Array, values), parameter).toBeLessThan(2e-2);
      }
      await cpu.dispose();
      await model.dispose();
    });

    test('twenty steps lower the loss as float32 does', async () => {
      const [cpu, model] = [await open(name, options), await open(name, halves)];
      let [first, last, skipped] = [0, 0, 0];
      for (let taken = 0; taken < 20;) {
        const actual = await accumulate(model);
        if ((await model.update(step)).overflowed === true) {
          expect(++skipped).toBeLessThan(8);
          continue;
        }
        const expected = await accumulate(cpu);
        await cpu.update(step);
        expect(Math.abs(actual / expected - 1), `step ${taken + 1}`).toBeLessThan(1e-2);
        if (taken++ === 0) first = actual;
        last = actual;
      }
      expect(last).toBeLessThan(first / 3);
      await cpu.dispose();
      await model.dispose();
    });
  },
);

describe.skipIf(!probe.float16)(`float16 on WebGPU${note}`, () => {
  test('a step that overflows is skipped, and half of its scale is saved and restored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'profit-float16-'));
    const scaleIn = async (): Promise<unknown> => {
      await model.saveState(folder);
      return JSON.parse(await readFile(join(folder, 'optimizer.json'), 'utf8'));
    };
    const model = await open('qwen2', halves);
    expect(model.description.runtime).toBe('onnxruntime webgpu float16');
    await accumulate(model, 1e6);
    expect(await model.update(step)).toMatchObject({ overflowed: true });
    expect(await scaleIn()).toEqual({ step: 0, lossScale: { scale: 2 ** 15, goodSteps: 0 } });
    await accumulate(model, 1e-3);
    expect((await model.update(step)).overflowed).toBeUndefined();
    const saved = await scaleIn();
    expect(saved).toEqual({ step: 1, lossScale: { scale: 2 ** 15, goodSteps: 1 } });
    const second = await open('qwen2', halves);
    await second.loadState(folder);
    await second.saveState(folder);
    expect(JSON.parse(await readFile(join(folder, 'optimizer.json'), 'utf8'))).toEqual(saved);
    for (const part of ['weight', 'firstMoment', 'secondMoment'] as const) {
      expect(await second.read(part)).toEqual(await model.read(part));
    }
    for (const own of [model, second]) await own.dispose();
    await rm(folder, { recursive: true });
  });

  test('greedy generation is that of float32', async () => {
    const [cpu, model] = [await open('qwen3', options), await open('qwen3', halves)];
    const prompts = sequences.map((tokens) => Int32Array.from(tokens));
    const own = { maxTokens: 8, endIds: [] };
    expect(await model.generate(prompts, own)).toEqual(await cpu.generate(prompts, own));
    for (const opened of [cpu, model]) await opened.dispose();
  });
});
