import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterSettings } from '@profit-sft/core';
import { DropoutMasks, type EngineModel } from '@profit-sft/engine';
import { referenceArray } from '@profit-sft/graph';
import {
  adapterParameters,
  adapterTargets,
  openAdapter,
  openSafetensors,
  parameterCount,
  readModelConfig,
} from '@profit-sft/models';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openFixture } from '../testing/fixture-batch.js';
import { wholeModelReference } from '../testing/whole-model-reference.js';
import { openModel, type OpenOptions } from './open-model.js';

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const at = (name: string): string => join(fixtures, name);
const options: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const step = {
  learningRate: 2e-2,
  gradientScale: 0.1,
  maxGradientNorm: 1,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const sequences = [
  [5, 9, 2, 44, 60, 9],
  [1, 2, 3, 30, 31],
  [7, 8, 9, 10, 11],
];
const batch = batchOfSequences(sequences, 'packed');
const ones = new Float32Array(batch.scored.length).fill(1);

async function trainSteps(model: EngineModel, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const forward = await model.forward(batch);
    losses.push(-forward.signals.logProb.reduce((sum, logProb) => sum + logProb, 0));
    await model.backward(forward, ones);
    await model.update(step);
  }
  return losses;
}

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'profit-lora-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a new adapter', () => {
  test.each(['llama-tied', 'qwen2', 'olmo2', 'gpt2'])('of %s changes nothing before it is trained', async (name) => {
    const base = await openModel(at(name), options);
    const adapted = await openModel(at(name), { ...options, adapter: { name: 'lora', targets: 'all-linear' } });
    const before = (await base.score(batch)).logProb;
    expect((await adapted.score(batch)).logProb).toEqual(before);
    await trainSteps(adapted, 1);
    expect((await adapted.score(batch)).logProb).not.toEqual(before);
    await base.dispose();
    await adapted.dispose();
  });

  test('is all that has gradients and moments', async () => {
    const config = await readModelConfig(at('llama-tied'));
    const model = await openModel(at('llama-tied'), { ...options, adapter: { name: 'lora', rank: 2 } });
    const targets = adapterTargets(config, undefined);
    expect(targets).toEqual(['self_attn.q_proj', 'self_attn.v_proj']);
    // r · (in + out) for q [32, 32] and v [16, 32], in two layers.
    const trained = 2 * 2 * (32 + 32 + 32 + 16);
    expect(model.description).toMatchObject({
      adapter: 'lora',
      trainableParameterCount: trained,
      parameterCount: parameterCount(config) + trained,
    });
    const plan = await model.planMemory({ rows: 1, columns: 64, scored: 60 });
    const bytesOf = (name: string): number | undefined => plan?.parts.find((part) => part.name === name)?.bytes;
    expect(bytesOf('gradients')).toBe(4 * trained);
    expect(bytesOf('moments')).toBe(8 * trained);
    expect(bytesOf('weights')).toBe(4 * (parameterCount(config) + trained));
    await trainSteps(model, 2);
    await model.saveState(join(folder, 'state'));
    for (const [file, tensors] of [
      ['weights', 8],
      ['moments', 16],
    ] as const) {
      const saved = await openSafetensors(join(folder, 'state', `${file}.safetensors`));
      expect(saved.tensors.size).toBe(tensors);
      await saved.close();
    }
    await model.dispose();
  });

  test('is drawn from the seed: A uniform within ±1/√in, B zeros', async () => {
    const open = (seed: number) => openModel(at('llama-tied'), { ...options, adapter: { name: 'lora', seed } });
    const [first, same, other] = await Promise.all([open(1), open(1), open(2)]);
    const a = 'model.layers.1.self_attn.q_proj.lora_A.weight';
    const weightsOf = async (model: EngineModel): Promise<Float32Array> =>
      (await model.read('weight')).get(a) as Float32Array;
    expect(await weightsOf(same)).toEqual(await weightsOf(first));
    expect(await weightsOf(other)).not.toEqual(await weightsOf(first));
    const largest = Math.max(...(await weightsOf(first)).map(Math.abs));
    expect(largest).toBeLessThan(1 / Math.sqrt(32));
    expect(largest).toBeGreaterThan(0.9 / Math.sqrt(32));
    for (const [name, weights] of await first.read('weight')) {
      if (name.includes('lora_B')) expect(new Set(weights), name).toEqual(new Set([0]));
    }
    for (const model of [first, same, other]) await model.dispose();
  });
});

describe('gradients with dropout', () => {
  const from = { 'llama-tied': 'llama-tied', qwen3: 'qwen3-all-linear', gpt2: 'gpt2' };

  test.each(
    Object.entries(from).flatMap(([name, adapter]) =>
      [0, 2 ** 30].map((activationMemoryBytes) => [name, adapter, activationMemoryBytes] as const),
    ),
  )('of %s agree with the float64 reference under the same masks (%s, %d bytes kept)', async (name, adapter, kept) => {
    const settings: AdapterSettings = { name: 'lora', from: at(`adapters/${adapter}`), dropout: 0.3, seed: 5 };
    const setting = await openFixture(name, { activationMemoryBytes: kept, adapter: settings });
    const { model, directory } = setting;
    const config = await readModelConfig(directory);
    const { config: file, scale, targets, close } = await openAdapter(at(`adapters/${adapter}`), config);
    await close();
    const adapters = { rank: file.rank, scale, targets, dropout: 0.3, seed: 5 };
    const tokens = setting.batch.tokens.length;
    const masksOf = (pass: number) =>
      Object.fromEntries(
        Array.from({ length: config.layers }, (_, layer) => {
          const prefix = name === 'gpt2' ? `transformer.h.${layer}.` : `model.layers.${layer}.`;
          const drawn = new DropoutMasks({ ...config, adapters }).draw(pass, layer, tokens);
          return Object.entries(drawn).map(([own, { dims, data }]) => [`${prefix}${own}`, referenceArray(dims, data)]);
        }).flat(),
      );
    const plain = (await model.score(setting.batch)).logProb;
    // The second pass of training has other masks than the first.
    for (const pass of [0, 1]) {
      model.clearGradients();
      const forward = await model.forward(setting.batch);
      const weights = Float32Array.from(forward.signals.logProb, (_, token) => [1, 0, 0.5][token % 3]);
      await model.backward(forward, weights);
      const reference = await wholeModelReference(setting, { weights, adapters, masks: masksOf(pass) });
      expect(relativeError(forward.signals.logProb, reference.logProb.data)).toBeLessThan(1e-5);
      expect(relativeError(forward.signals.logProb, plain)).toBeGreaterThan(1e-3);
      for (const [parameter, gradient] of await model.read('gradient')) {
        expect(relativeError(gradient, reference[`gradient:${parameter}`].data), parameter).toBeLessThan(1e-4);
      }
      expect([...(await model.read('gradient')).keys()]).toEqual(
        adapterParameters({ ...config, adapters }).map((own) => own.name),
      );
    }
    expect((await model.score(setting.batch)).logProb).toEqual(plain);
    await model.dispose();
  });

  test('a mask is 0 at the rate and keeps the mean', () => {
    const adapters = { rank: 1, scale: 1, targets: ['self_attn.q_proj'], dropout: 0.1, seed: 0 };
    return readModelConfig(at('llama-tied')).then((config) => {
      const [{ data }] = Object.values(new DropoutMasks({ ...config, adapters }).draw(0, 0, 10_000));
      const share = data.filter((value) => value === 0).length / data.length;
      expect(share).toBeCloseTo(0.1, 2);
      expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeCloseTo(1, 2);
      expect(new Set(data)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
    });
  });
});

describe('a second term of the loss and other signals', () => {
  test('have the gradients that training all parameters would give the adapters', async () => {
    const settings: AdapterSettings = { name: 'lora', from: at('adapters/qwen3-all-linear') };
    const setting = await openFixture('qwen3', { adapter: settings });
    const { model, batch: own } = setting;
    const config = await readModelConfig(setting.directory);
    const temperature = 0.7;
    const forward = await model.forward(own, ['entropy'], { distribution: { towards: 'tempered', temperature } });
    const count = forward.signals.length;
    const weights = Float32Array.from({ length: count }, (_, token) => [1, 0.5][token % 2]);
    const coefficients = Float32Array.from({ length: count }, (_, token) => [0.25, 0, 1][token % 3]);
    await model.backward(forward, weights, coefficients);
    const gradients = new Map([...(await model.read('gradient'))].map(([name, data]) => [name, data.slice()]));
    const distributions = await model.distributions(own);
    const logProbs = await distributions.logProbs(0, count);
    const distribution = new Float64Array(logProbs.length);
    const width = config.vocabularySize;
    for (let row = 0; row < count; row++) {
      const tempered = Array.from(logProbs.subarray(row * width, (row + 1) * width), (value) =>
        Math.exp(value / temperature),
      );
      const total = tempered.reduce((sum, value) => sum + value, 0);
      tempered.forEach((value, i) => (distribution[row * width + i] = value / total));
    }
    const adapters = {
      rank: 3,
      scale: 6 / Math.sqrt(3),
      targets: adapterTargets(config, 'all-linear'),
      dropout: 0,
      seed: 0,
    };
    const reference = await wholeModelReference(setting, {
      weights,
      adapters,
      secondTerm: { coefficients, distribution },
    });
    for (const [parameter, gradient] of gradients) {
      expect(relativeError(gradient, reference[`gradient:${parameter}`].data), parameter).toBeLessThan(1e-4);
    }
    await model.dispose();
  });
});

describe('how the base is held', () => {
  const adapter = (base: AdapterSettings['base']): AdapterSettings => ({
    name: 'lora',
    base,
    targets: 'all-linear',
    rank: 4,
    alpha: 16,
  });

  test.each(['llama-tied-f16', 'llama-tied-bf16'])('%s, as stored: half the bytes and the same bits', async (name) => {
    const wide = await openModel(at(name), { ...options, adapter: adapter('float32') });
    const stored = await openModel(at(name), { ...options, adapter: adapter('stored') });
    expect(await trainSteps(stored, 3)).toEqual(await trainSteps(wide, 3));
    expect([...(await stored.read('weight'))]).toEqual([...(await wide.read('weight'))]);
    const prompt = Int32Array.from([5, 9, 2]);
    expect(await stored.generate([prompt], { maxTokens: 6 })).toEqual(await wide.generate([prompt], { maxTokens: 6 }));
    const needs = ['entropy', 'rank'] as const;
    expect(await stored.score(batch, needs)).toEqual(await wide.score(batch, needs));
    expect(await weightBytes(stored)).toBeLessThan(0.6 * (await weightBytes(wide)));
    await wide.dispose();
    await stored.dispose();
  });

  test.each(['llama-tied', 'gpt2'])('%s in 8 bits: near to float32, and it trains', async (name) => {
    const wide = await openModel(at(name), { ...options, adapter: adapter('float32') });
    const narrow = await openModel(at(name), { ...options, adapter: adapter('int8') });
    const before = (await wide.score(batch)).logProb;
    const error = relativeError((await narrow.score(batch)).logProb, before);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.02);
    const losses = await trainSteps(narrow, 10);
    expect(losses[9]).toBeLessThan(0.8 * losses[0]);
    expect(await weightBytes(narrow)).toBeLessThan(await weightBytes(wide));
    await wide.dispose();
    await narrow.dispose();
  });

  async function weightBytes(model: EngineModel): Promise<number> {
    const plan = await model.planMemory({ rows: 1, columns: 32, scored: 30 });
    return plan?.parts.find(({ name }) => name === 'weights')?.bytes ?? 0;
  }
});

describe('saved and loaded', () => {
  const adapter: AdapterSettings = { name: 'lora', dropout: 0.2, seed: 3, targets: 'all-linear' };

  test('a training state goes on exactly, dropout’s masks included', async () => {
    const unbroken = await openModel(at('qwen3'), { ...options, adapter });
    const losses = await trainSteps(unbroken, 6);
    const stopped = await openModel(at('qwen3'), { ...options, adapter });
    await trainSteps(stopped, 3);
    await stopped.saveState(join(folder, 'stopped'));
    const resumed = await openModel(at('qwen3'), { ...options, adapter });
    await resumed.loadState(join(folder, 'stopped'));
    expect(await trainSteps(resumed, 3)).toEqual(losses.slice(3));
    expect([...(await resumed.read('weight'))]).toEqual([...(await unbroken.read('weight'))]);
    for (const model of [unbroken, stopped, resumed]) await model.dispose();
  });

  test('a state of another adapter, or of a whole model, is refused', async () => {
    const model = await openModel(at('qwen3'), { ...options, adapter: { ...adapter, rank: 3 } });
    await expect(model.loadState(join(folder, 'stopped'))).rejects.toThrow(
      /has no tensor ".*lora_A.weight" of shape \[3,/,
    );
    const whole = await openModel(at('qwen3'), options);
    await expect(whole.loadState(join(folder, 'stopped'))).rejects.toThrow(/has no tensor "model.embed_tokens.weight"/);
    await model.dispose();
    await whole.dispose();
  });

  test('an adapter that was saved opens as it was, beside its base and merged', async () => {
    const model = await openModel(at('gpt2'), { ...options, adapter: { ...adapter, rslora: true, rank: 3 } });
    await trainSteps(model, 3);
    await model.save(join(folder, 'saved'));
    const expected = (await model.score(batch)).logProb;
    const beside = await openModel(at('gpt2'), { ...options, adapter: { name: 'lora', from: join(folder, 'saved') } });
    expect((await beside.score(batch)).logProb).toEqual(expected);
    const merged = await openModel(join(folder, 'saved'), options);
    expect(relativeError((await merged.score(batch)).logProb, expected)).toBeLessThan(1e-5);
    for (const own of [model, beside, merged]) await own.dispose();
  });
});
