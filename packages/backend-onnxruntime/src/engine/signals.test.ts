import { describe, expect, test } from 'vitest';
import { modelSignalNames, type ModelSignalName } from '@profit-sft/core';
import { relativeError, signalsOfToken } from '@profit-sft/testing';
import { openFixture, type FixtureBatch } from '../testing/fixture-batch.js';
import { wholeModelReference } from '../testing/whole-model-reference.js';
import { expectedRanks } from '@profit-sft/engine';

/** Log-probabilities over the vocabulary of each scored token, float64. */
async function distributions(setting: FixtureBatch): Promise<Float64Array[]> {
  const weights = new Float32Array(setting.batch.scored.length).fill(1);
  const { logProbs } = await wholeModelReference(setting, { weights });
  const [rows, width] = logProbs.shape;
  return Array.from({ length: rows }, (_, row) => logProbs.data.slice(row * width, (row + 1) * width));
}

describe.each(['llama-tied', 'qwen3'])('signals of %s', (name) => {
  test.each([20, 5])('are what the float64 distributions give, K = %i', async (topK) => {
    const setting = await openFixture(name);
    const { model, batch } = setting;
    const rows = await distributions(setting);
    const signals = await model.score(batch, modelSignalNames, { topK });
    const expected = rows.map((row, token) => signalsOfToken(row, batch.scored.target[token], topK));
    for (const signal of modelSignalNames) {
      const values = expected.map((own) => own[signal]);
      const bound = signal === 'expectedRank' ? 1e-3 : 1e-5;
      expect(relativeError(signals[signal] as Float32Array, values), signal).toBeLessThan(bound);
    }
    await model.dispose();
  });

  test('are computed on request and only then, and change log p by no more than rounding', async () => {
    const { model, batch } = await openFixture(name);
    const plain = await model.score(batch);
    const optional = modelSignalNames.filter((signal) => signal !== 'logProb');
    expect(optional.filter((signal) => plain[signal] !== undefined)).toEqual([]);
    for (const signal of optional) {
      const forward = await model.forward(batch, [signal]);
      const found = optional.filter((other: ModelSignalName) => forward.signals[other] !== undefined);
      expect(found).toEqual([signal]);
      // Without other signals it is computed in slices of the vocabulary: the same but for rounding.
      forward.signals.logProb.forEach((value, i) => expect(Math.abs(value - plain.logProb[i])).toBeLessThan(1e-5));
      forward.release();
    }
    await model.dispose();
  });

  test('do not depend on the rows that are computed at a time', async () => {
    const { model, batch } = await openFixture(name);
    const whole = await model.score(batch, modelSignalNames);
    const small = await openFixture(name, { headMemoryBytes: 0 });
    const forward = await small.model.forward(batch, modelSignalNames);
    for (const signal of modelSignalNames) {
      expect(relativeError(forward.signals[signal] as Float32Array, whole[signal] as Float32Array)).toBeLessThan(1e-6);
    }
    await model.dispose();
    await small.model.dispose();
  });
});

describe.each(['reference', 'tempered'] as const)('a second loss term, %s', (towards) => {
  const temperature = 0.7;

  test.each([
    ['log-probabilities kept', 2 ** 30],
    ['log-probabilities computed again', 0],
  ])('has the gradients of the float64 reference, %s', async (_name, headMemoryBytes) => {
    const setting = await openFixture('llama-tied', { headMemoryBytes });
    const { model, batch } = setting;
    const scored = batch.scored.length;
    // The reference model has the vocabulary of the trained one, and another architecture.
    const other = await openFixture('qwen2');
    const source = towards === 'reference' ? { ...other, batch } : setting;
    const rows = (await distributions(source)).map((row) => {
      if (towards === 'reference') return row.map(Math.exp);
      const powers = row.map((logProb) => Math.exp(logProb / temperature));
      const sum = powers.reduce((total, value) => total + value, 0);
      return powers.map((value) => value / sum);
    });
    // Some tokens have only a weight, some only a coefficient, some neither.
    const weights = Float32Array.from({ length: scored }, (_, token) => [1, 0, 0.5, 0][token % 4]);
    const coefficients = Float32Array.from({ length: scored }, (_, token) => [0.3, -1, 0, 0][token % 4]);
    const distribution = Float64Array.from(rows.flatMap((row) => [...row]));
    const expected = await wholeModelReference(setting, { weights, secondTerm: { coefficients, distribution } });

    const reference = towards === 'reference' ? await other.model.distributions(batch) : undefined;
    const options = { distribution: { towards, temperature }, ...(reference === undefined ? {} : { reference }) };
    const forward = await model.forward(batch, [], options);
    const crossEntropy = rows.map((row, token) =>
      row.reduce((sum, q, id) => sum - q * expected.logProbs.data[token * row.length + id], 0),
    );
    expect(relativeError(forward.signals.crossEntropy as Float32Array, crossEntropy)).toBeLessThan(1e-5);
    await model.backward(forward, weights, coefficients);
    for (const [parameter, gradient] of await model.read('gradient')) {
      expect(relativeError(gradient, expected[`gradient:${parameter}`].data), parameter).toBeLessThan(1e-4);
    }
    await model.dispose();
    await other.model.dispose();
  });
});

test('a term towards the reference without one is refused', async () => {
  const { model, batch } = await openFixture('qwen2');
  await expect(model.forward(batch, [], { distribution: { towards: 'reference' } })).rejects.toThrow(/reference model/);
  await model.dispose();
});

test('expected ranks of a large vocabulary agree with sorting it', () => {
  const width = 49_152;
  for (const sharpness of [0.5, 3, 10]) {
    const logits = Float64Array.from(
      { length: width },
      (_, id) => sharpness * Math.sin(id * 12.9898) * Math.cos(id * 78.233),
    );
    const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
    const logProbs = Float32Array.from(logits, (logit) => logit - sum);
    const sorted = Float64Array.from(logProbs).sort().reverse();
    const exact = sorted.reduce((total, logProb, index) => total + (index + 1) * Math.exp(logProb), 0);
    const result = new Float32Array(1);
    expectedRanks(logProbs, width, result);
    expect(Math.abs(result[0] / exact - 1)).toBeLessThan(1e-3);
  }
});
