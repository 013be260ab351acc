import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { referenceArray, runReference } from '@profit-sft/graph';
import { lossProgram, readModelConfig } from '@profit-sft/models';
import { batchOfSequences } from '../testing/batch-of-sequences.js';
import { relativeError } from '../testing/relative-error.js';
import { batchInputs } from './batch-inputs.js';
import { openModel, type OpenOptions } from './open-model.js';

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const options: OpenOptions = { threads: 1, activations: 'recompute', headMemoryBytes: 2 ** 30, saveDtype: 'F32' };

/** Three short sequences of one model in one packed row. */
async function setUp(name: string) {
  const directory = join(fixtures, name);
  const { sequences } = JSON.parse(readFileSync(join(directory, 'golden.json'), 'utf8')) as {
    sequences: { tokens: number[] }[];
  };
  const tokens = [...sequences.map((sequence) => sequence.tokens), sequences[0].tokens.slice(3, 9)];
  return { model: await openModel(directory, options), batch: batchOfSequences(tokens, 'packed'), directory };
}

async function gradientsFor(
  { model, batch }: Awaited<ReturnType<typeof setUp>>,
  weigh: (logProb: Float32Array) => Float32Array,
): Promise<{ weights: Float32Array; gradients: Map<string, Float32Array> }> {
  model.clearGradients();
  const forward = await model.forward(batch);
  const weights = weigh(forward.signals.logProb);
  await model.backward(forward, weights);
  return { weights, gradients: new Map([...model.gradients()].map(([name, data]) => [name, data.slice()])) };
}

const rules = {
  all: (logProb: Float32Array) => new Float32Array(logProb.length).fill(1),
  high: (logProb: Float32Array) => logProb.map((value) => Number(value > Math.log(0.02))),
  low: (logProb: Float32Array) => logProb.map((value) => Number(value <= Math.log(0.02))),
  probability: (logProb: Float32Array) => logProb.map(Math.exp),
};

describe.each(['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3'])('gradients of %s', (name) => {
  test.each(Object.entries(rules))('agree with the float64 reference for weights "%s"', async (_rule, weigh) => {
    const setting = await setUp(name);
    const { weights, gradients } = await gradientsFor(setting, weigh);
    expect(weights.some((weight) => weight !== 0)).toBe(true);
    const { batch, model, directory } = setting;
    const config = await readModelConfig(directory);
    const inputs = batchInputs(batch, config);
    const array = ({ dims, data }: { dims: readonly number[]; data: unknown }) =>
      referenceArray(dims, data as Float32Array);
    const reference = runReference(lossProgram(config), {
      tokens: referenceArray([batch.tokens.length], batch.tokens),
      cosine: array(inputs.cosine),
      sine: array(inputs.sine),
      mask: array(inputs.mask),
      source: referenceArray([batch.scored.length], batch.scored.source),
      target: referenceArray([batch.scored.length], batch.scored.target),
      weights: referenceArray([weights.length], weights),
      ...Object.fromEntries(
        [...model.parameterTensors()].map(([own, { shape, data }]) => [own, referenceArray(shape, data)]),
      ),
    });
    for (const [parameter, gradient] of gradients) {
      const error = relativeError(gradient, reference[`gradient:${parameter}`].data);
      expect(error, parameter).toBeLessThan(1e-4);
    }
    await model.dispose();
  });

  test('of tokens above and below a threshold add up to those of all tokens', async () => {
    const setting = await setUp(name);
    const all = await gradientsFor(setting, rules.all);
    const high = await gradientsFor(setting, rules.high);
    const low = await gradientsFor(setting, rules.low);
    expect(new Set(high.weights)).toEqual(new Set([0, 1]));
    for (const [parameter, gradient] of all.gradients) {
      const first = high.gradients.get(parameter) as Float32Array;
      const second = low.gradients.get(parameter) as Float32Array;
      expect(
        relativeError(
          first.map((value, i) => value + second[i]),
          gradient,
        ),
        parameter,
      ).toBeLessThan(1e-5);
    }
    await setting.model.dispose();
  });

  test('of micro-batches add up to those of one batch', async () => {
    const setting = await setUp(name);
    const all = await gradientsFor(setting, rules.all);
    const { model, batch } = setting;
    model.clearGradients();
    const bySegment = [1, 2, 3].map((segment) => [...batch.tokens].filter((_, i) => batch.segments[i] === segment));
    for (const tokens of bySegment) {
      const forward = await model.forward(batchOfSequences([tokens], 'packed'));
      await model.backward(forward, rules.all(forward.signals.logProb));
    }
    for (const [parameter, gradient] of model.gradients()) {
      expect(relativeError(gradient, all.gradients.get(parameter) as Float32Array), parameter).toBeLessThan(1e-5);
    }
    await model.dispose();
  });
});
