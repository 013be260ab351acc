import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidConfigError, type AdapterSettings } from '@profit-sft/core';
import { openEngineModel, type EngineModel } from '@profit-sft/engine';
import { expectedParameters, openCheckpoint, readModelConfig, saveCheckpoint } from '@profit-sft/models';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openModel, type OpenOptions } from '../engine/open-model.js';
import { prepareWebgpu } from '../testing/software-driver.js';
import type { GpuMemory } from './gpu-memory.js';
import { webgpuEngine } from './webgpu-engine.js';

const probe = await prepareWebgpu();
const note = probe.works ? '' : ` (skipped: WebGPU does not start here: ${probe.reason})`;

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const keepAll: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const recomputeAll: OpenOptions = { ...keepAll, activationMemoryBytes: 0, headMemoryBytes: 0 };
const step = {
  ...{ learningRate: 1e-2, gradientScale: 0.1, maxGradientNorm: 0.5, weightDecay: 0.1 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};
const batches = (['packed', 'padded'] as const).map((layout) =>
  batchOfSequences(
    [
      [5, 9, 2, 44, 60, 9],
      [1, 2, 3],
      [7, 8, 9, 10, 11],
    ],
    layout,
  ),
);
const weights = Float32Array.from({ length: batches[0].scored.length }, (_, token) => [1, 0, 0.5, 0.25, 0][token % 5]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-webgpu-adapters-'));
  await writeSingleLayer(join(folder, 'single-layer'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The first layer of llama-tied as a model: its lowest layer is also its last. */
async function writeSingleLayer(directory: string): Promise<void> {
  const whole = await readModelConfig(join(fixtures, 'llama-tied'));
  const config = { ...whole, layers: 1 };
  const checkpoint = await openCheckpoint(join(fixtures, 'llama-tied'));
  const tensors = expectedParameters(config).map(({ name, shape }) => {
    return { name, shape, data: () => checkpoint.readFloat32(name) };
  });
  await saveCheckpoint(directory, config, tensors, { dtype: 'F32' });
  await checkpoint.close();
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...whole.raw, num_hidden_layers: 1 }));
}

async function openOnDevice(
  directory: string,
  options: OpenOptions,
): Promise<{ model: EngineModel; memory: GpuMemory }> {
  let memory: GpuMemory | undefined;
  const model = await openEngineModel(directory, options, async (config, declared, read) => {
    const engine = await webgpuEngine(config, declared, read, options);
    memory = engine.memory;
    return engine;
  });
  return { model, memory: memory as GpuMemory };
}

function expectClose(actual: Map<string, Float32Array>, expected: Map<string, Float32Array>, bound: number): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [name, values] of expected) {
    expect(relativeError(actual.get(name) as Float32Array, values), name).toBeLessThan(bound);
  }
}

const adapter = (name: string): AdapterSettings => ({ name: 'lora', from: join(fixtures, 'adapters', name) });
const cases: readonly (readonly [string, string, AdapterSettings])[] = [
  ['llama-tied', join(fixtures, 'llama-tied'), adapter('llama-tied')],
  ['qwen3, all-linear, dropout', join(fixtures, 'qwen3'), { ...adapter('qwen3-all-linear'), dropout: 0.2 }],
  ['gpt2', join(fixtures, 'gpt2'), adapter('gpt2')],
  ['olmo2, down_proj', join(fixtures, 'olmo2'), adapter('olmo2-down')],
  ['a single layer', 'single-layer', { name: 'lora', targets: 'all-linear', dropout: 0.1 }],
];

describe.skipIf(!probe.works).each(cases)(`adapters on WebGPU against the CPU: %s${note}`, (_name, path, settings) => {
  test.each([
    ['kept', keepAll],
    ['recomputed', recomputeAll],
  ])('log p, gradients and clipped AdamW steps, activations %s', async (_kept, memoryOptions) => {
    const directory = path === 'single-layer' ? join(folder, path) : path;
    const options = { ...memoryOptions, adapter: settings };
    const cpu = await openModel(directory, options);
    const { model, memory } = await openOnDevice(directory, options);
    expect(model.description.trainableParameterCount).toBe(cpu.description.trainableParameterCount);
    const counts: number[] = [];
    for (let i = 0; i < 3; i++) {
      for (const own of [cpu, model]) {
        for (const batch of batches) await own.backward(await own.forward(batch), weights);
      }
      if (i < 2) expectClose(await model.read('gradient'), await cpu.read('gradient'), i === 0 ? 1e-4 : 1e-3);
      const [expected, actual] = [await cpu.update(step), await model.update(step)];
      expect(actual.gradientNorm / expected.gradientNorm).toBeCloseTo(1, 3);
      counts.push(memory.liveBuffers);
    }
    expect(new Set(counts).size).toBe(1);
    expectClose(await model.read('weight'), await cpu.read('weight'), 2e-3);
    const [expected, actual] = [await cpu.score(batches[0]), await model.score(batches[0])];
    expect(relativeError(actual.logProb, expected.logProb)).toBeLessThan(1e-3);
    const prompt = Int32Array.from([5, 9, 2]);
    expect((await model.generate([prompt], { maxTokens: 4, endIds: [] }))[0].tokens).toHaveLength(4);
    await cpu.dispose();
    await model.dispose();
    expect(memory.liveBuffers).toBe(0);
  });
});

test.skipIf(!probe.works)(`a base in 8 bits is refused by name on WebGPU${note}`, async () => {
  const options: OpenOptions = { ...keepAll, provider: 'webgpu', adapter: { name: 'lora', base: 'int8' } };
  const opening = openModel(join(fixtures, 'llama-tied'), options);
  await expect(opening).rejects.toThrow(InvalidConfigError);
  await expect(opening).rejects.toThrow(/base: onnxruntime webgpu holds frozen weights as float32 only, not as int8/);
});
