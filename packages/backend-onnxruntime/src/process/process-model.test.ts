import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidModelError, ProfitError, type TrainableModel } from '@profit-sft/core';
import type { ProcessModel } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModel, type OpenOptions } from '../engine/open-model.js';
import { openInProcess } from './open-in-process.js';

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const directory = join(fixtures, 'qwen3');
const options: OpenOptions = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' };
const step = {
  learningRate: 1e-3,
  gradientScale: 0.1,
  maxGradientNorm: Infinity,
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
const ones = (batch: (typeof batches)[number]): Float32Array => new Float32Array(batch.scored.length).fill(1);

let folder: string;
let model: ProcessModel;
let local: TrainableModel;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-process-'));
  [model, local] = [await openInProcess(directory, options), await openModel(directory, options)];
});
afterAll(async () => {
  for (const opened of [model, local]) await opened.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that a few steps of training say, and the weights that they end with. */
async function trained(trainee: TrainableModel, name: string, reference?: TrainableModel): Promise<unknown[]> {
  const said: unknown[] = [trainee.description];
  for (let index = 0; index < 3; index++) {
    const batch = batches[index % 2];
    const distributions = await reference?.distributions(batch);
    const pass = await trainee.forward(batch, ['entropy', 'expectedRank'], {
      topK: 5,
      ...(distributions === undefined
        ? { distribution: { towards: 'tempered', temperature: 0.5 } }
        : { distribution: { towards: 'reference' }, reference: distributions }),
    });
    said.push(pass.signals);
    await trainee.backward(pass, ones(batch), ones(batch));
    distributions?.release();
    said.push(await trainee.update(step));
  }
  said.push(await trainee.score(batches[0], ['rank']));
  await trainee.save(join(folder, name));
  await trainee.saveState(join(folder, `${name}-state`));
  said.push(readFileSync(join(folder, name, 'model.safetensors')).toString('base64'));
  return said;
}

describe('a model in a process of its own', () => {
  test('trains to the bytes of one in this process', async () => {
    expect(await trained(model, 'process')).toEqual(await trained(local, 'local'));
  });

  test('goes on from the state that either has saved', async () => {
    for (const opened of [model, local]) await opened.loadState(join(folder, 'process-state'));
    expect(await trained(model, 'process-again')).toEqual(await trained(local, 'local-again'));
  });

  test('generates the same, and reports progress up to the last token', async () => {
    const prompts = [Int32Array.of(3, 4, 5), Int32Array.of(6)];
    const draw = { maxTokens: 40, temperature: 1, topK: 20, seed: 11, endIds: [] };
    const counts: number[] = [];
    const generations = await model.generate(prompts, { ...draw, onProgress: (tokens) => counts.push(tokens) });
    expect(generations).toEqual(await local.generate(prompts, draw));
    expect(counts.at(-1)).toBe(80);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  test('calls that nobody waits for keep their order', async () => {
    const first = await model.forward(batches[0]);
    first.release();
    const second = await model.forward(batches[1]);
    // A pass that was let go of long ago releases no other.
    first.release();
    const backward = model.backward(second, ones(batches[1]));
    model.clearGradients();
    const [update] = await Promise.all([model.update({ ...step, learningRate: 0 }), backward]);
    expect(update).toEqual({ gradientNorm: 0 });
    await expect(model.backward(first, ones(batches[0]))).rejects.toThrow(/still held/);
  });

  test('is asked for by a reference of another process, and by its own', async () => {
    const [other, otherLocal] = [
      await openInProcess(join(fixtures, 'qwen2'), options),
      await openModel(join(fixtures, 'qwen2'), options),
    ];
    for (const opened of [model, local]) await opened.loadState(join(folder, 'process-state'));
    const expected = await trained(local, 'local-reference', otherLocal);
    expect(await trained(model, 'process-reference', other)).toEqual(expected);
    // In this process one, in another the other.
    await model.loadState(join(folder, 'process-state'));
    expect(await trained(model, 'mixed-reference', otherLocal)).toEqual(expected);
    for (const opened of [model, local]) await opened.loadState(join(folder, 'process-state'));
    expect(await trained(model, 'process-own', model)).toEqual(await trained(local, 'local-own', local));
    for (const opened of [other, otherLocal]) await opened.dispose();
  });

  test('passes on what goes wrong with a reference, and can go on', async () => {
    const reference = { logProbs: () => Promise.reject(new ProfitError('data', 'no such cache')), release: () => {} };
    const pass = model.forward(batches[0], [], { distribution: { towards: 'reference' }, reference });
    await expect(pass).rejects.toMatchObject({ kind: 'data', message: 'no such cache' });
    await expect(model.score(batches[0])).resolves.toMatchObject({ length: batches[0].scored.length });
  });

  test('a callback that throws rejects its call, and only that', async () => {
    const onProgress = (): never => {
      throw new Error('enough');
    };
    await expect(model.generate([Int32Array.of(3)], { maxTokens: 5, endIds: [], onProgress })).rejects.toThrow(
      'enough',
    );
    await expect(model.score(batches[0])).resolves.toMatchObject({ length: batches[0].scored.length });
  });

  test('a batch and a distribution may carry what no message can', async () => {
    const batch = { ...batches[0], origin: () => 'file.jsonl' };
    const distribution = { towards: 'tempered', temperature: 0.5, coefficients: () => ones(batch) } as const;
    const settings = { distribution };
    expect(await model.score(batch, [], settings)).toEqual(await model.score(batches[0], [], settings));
  });
});

describe('errors', () => {
  const thrown = async (act: () => Promise<unknown>): Promise<Error> => {
    const error: unknown = await act().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof Error) return error;
    throw new Error('nothing was thrown');
  };
  const facts = (error: Error) => ({
    ...{ name: error.name, message: error.message, fields: { ...error } },
    cause: (error.cause as Error | undefined)?.message,
  });

  test('of opening are those of this process', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'config.json'), '{');
    for (const place of [broken, join(folder, 'nowhere')]) {
      const error = await thrown(() => openInProcess(place, options));
      expect(error).toBeInstanceOf(InvalidModelError);
      expect(facts(error)).toEqual(facts(await thrown(() => openModel(place, options))));
    }
  });

  test('of calls are those of this process', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const calls: ((opened: TrainableModel) => Promise<unknown>)[] = [
      (opened) => opened.generate([new Int32Array(0)], { maxTokens: 1 }),
      (opened) => opened.save(join(file, 'model')),
      (opened) => opened.loadState(join(folder, 'nowhere')),
      (opened) => opened.forward(batches[0], [], { distribution: { towards: 'reference' } }),
    ];
    for (const call of calls) {
      const error = await thrown(() => call(model));
      expect(facts(error)).toEqual(facts(await thrown(() => call(local))));
      expect(error.stack).toContain('packages');
      if ('file' in error) expect(error).toBeInstanceOf(InvalidModelError);
    }
    const pass = await model.forward(batches[0]);
    await expect(model.forward(batches[1])).rejects.toThrow(/still held/);
    await expect(model.backward(pass, new Float32Array(1))).rejects.toThrow(/weights and coefficients, got 1/);
    await model.backward(pass, ones(batches[0]));
    await expect(model.backward(pass, ones(batches[0]))).rejects.toThrow(/still held/);
  });

  test('a model that was disposed of says so', async () => {
    const closed = await openInProcess(directory, options);
    await Promise.all([closed.dispose(), closed.dispose()]);
    await expect(closed.score(batches[0])).rejects.toThrow('the model was disposed of');
    closed.clearGradients();
  });
});
