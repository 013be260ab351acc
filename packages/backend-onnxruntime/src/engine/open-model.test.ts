import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProfitError } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { openModel, type OpenOptions } from './open-model.js';

const fixture = fileURLToPath(new URL('../../../models/fixtures/qwen3', import.meta.url));
const options: OpenOptions = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' };
const step = {
  learningRate: 1e-3,
  gradientScale: 0.1,
  maxGradientNorm: 1,
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

async function train(model: EngineModel, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const forward = await model.forward(batches[i % 2]);
    await model.backward(forward, new Float32Array(forward.signals.length).fill(1));
    await model.update(step);
  }
}

describe('a trainable model', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'profit-model-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('continued from saved state ends with the bytes of the unbroken run', async () => {
    const unbroken = await openModel(fixture, options);
    await train(unbroken, 0, 5);
    await unbroken.save(join(directory, 'unbroken'));
    const first = await openModel(fixture, options);
    await train(first, 0, 3);
    await first.saveState(join(directory, 'state'));
    const second = await openModel(fixture, options);
    await second.loadState(join(directory, 'state'));
    await train(second, 3, 5);
    await second.save(join(directory, 'continued'));
    const [a, b] = await Promise.all(
      ['unbroken', 'continued'].map((name) => readFile(join(directory, name, 'model.safetensors'))),
    );
    expect(a.equals(b)).toBe(true);
    for (const model of [unbroken, first, second]) await model.dispose();
  });

  test('recomputing and keeping activations give the same training', async () => {
    const losses = await Promise.all(
      [0, 2 ** 30].map(async (activationMemoryBytes) => {
        const model = await openModel(fixture, { ...options, activationMemoryBytes });
        await train(model, 0, 6);
        const { logProb } = await model.score(batches[0]);
        await model.dispose();
        return logProb;
      }),
    );
    losses[0].forEach((value, i) => expect(value).toBeCloseTo(losses[1][i], 4));
  });

  test('a second forward pass before backward or release is refused', async () => {
    const model = await openModel(fixture, options);
    const forward = await model.forward(batches[0]);
    await expect(model.forward(batches[1])).rejects.toThrow(/still held/);
    forward.release();
    await (await model.forward(batches[1])).release();
    await model.dispose();
  });

  test('sampling depends on the seed and not on the batch', async () => {
    const model = await openModel(fixture, options);
    const prompt = Int32Array.of(3, 4, 5);
    const draw = { maxTokens: 80, temperature: 1, topK: 20, seed: 11, endIds: [] };
    const [alone] = await model.generate([prompt], draw);
    const [first, other] = await model.generate([prompt, Int32Array.of(6)], draw);
    const [reseeded] = await model.generate([prompt], { ...draw, seed: 12 });
    expect(first.tokens).toEqual(alone.tokens);
    expect(other.tokens).not.toEqual(alone.tokens);
    expect(reseeded.tokens).not.toEqual(alone.tokens);
    await model.dispose();
  });

  test('generation stops at an end token, at maxTokens, and at the last position', async () => {
    const model = await openModel(fixture, options);
    const prompt = Int32Array.of(3, 4, 5);
    const [free] = await model.generate([prompt], { maxTokens: 10, endIds: [] });
    expect(free).toMatchObject({ finishReason: 'length' });
    expect(free.tokens.length).toBe(10);
    const end = free.tokens[4];
    const [stopped] = await model.generate([prompt], { maxTokens: 10, endIds: [end] });
    expect(stopped.finishReason).toBe('stop');
    expect(stopped.tokens).toEqual(free.tokens.slice(0, free.tokens.indexOf(end)));
    const { maxPositions } = model.description;
    const [full] = await model.generate([prompt], { maxTokens: maxPositions + 10, endIds: [] });
    // The last token needs no position: nothing follows it.
    expect([full.tokens.length, full.finishReason]).toEqual([maxPositions - prompt.length + 1, 'length']);
    expect((await model.generate([prompt], { maxTokens: 0 }))[0].tokens.length).toBe(0);
    const tooLong = model.generate([new Int32Array(maxPositions + 1)], { maxTokens: 1 });
    await expect(tooLong).rejects.toSatisfy(ProfitError.isInstance);
    await model.dispose();
  });
});

test.each([
  ['an architecture', { model_type: 'mixtral' }, /config\.json: model_type is "mixtral"/],
  ['a mixture of experts', { num_experts: 8 }, /num_experts is 8: mixtures of experts are not supported/],
  ['a window', { use_sliding_window: true, sliding_window: 16, max_window_layers: 0 }, /use_sliding_window is true/],
  ['a scaling of positions', { rope_scaling: { rope_type: 'yarn' } }, /rope_scaling\.rope_type is "yarn"/],
])('%s that is not supported is refused by name before weights are looked for', async (_name, changed, message) => {
  const directory = await mkdtemp(join(tmpdir(), 'refused-'));
  const config = JSON.parse(await readFile(join(fixture, 'config.json'), 'utf8')) as Record<string, unknown>;
  const { layer_types: _, ...rest } = config;
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...rest, ...changed }));
  await expect(openModel(directory, options)).rejects.toThrow(message);
  await rm(directory, { recursive: true });
});
