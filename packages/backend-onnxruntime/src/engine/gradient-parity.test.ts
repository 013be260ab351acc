import { describe, expect, test } from 'vitest';
import { createRandom, normalisers, type MaskingRule } from '@profit-sft/core';
import { dft, profit, sft } from '@profit-sft/masking';
import { countStep, normaliserTotal, normaliseWeights } from '@profit-sft/trainer';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openFixture, type FixtureBatch } from '../testing/fixture-batch.js';
import { wholeModelReference } from '../testing/whole-model-reference.js';

/** What the trainer hands to `backward`, and the gradients that come of it. */
async function gradientsFor(
  { model, batch }: FixtureBatch,
  rule: MaskingRule,
): Promise<{ weights: Float32Array; total: number; gradients: Map<string, Float32Array> }> {
  model.clearGradients();
  const forward = await model.forward(batch);
  const counts = countStep([batch], 3);
  const chosen = rule.weigh(forward.signals, { step: 1, totalSteps: 1, random: createRandom(0) });
  const weights = normaliseWeights(chosen, forward.signals, rule.normaliser, counts);
  const total = normaliserTotal(
    rule.normaliser,
    counts,
    chosen.reduce((sum, weight) => sum + weight, 0),
  );
  await model.backward(forward, weights);
  return {
    weights,
    total,
    gradients: new Map([...(await model.read('gradient'))].map(([name, data]) => [name, data.slice()])),
  };
}

/** A threshold that keeps some of these random models' tokens and masks others. */
const threshold = 0.02;

const rules: readonly [string, MaskingRule][] = normalisers.flatMap((normaliser): [string, MaskingRule][] => [
  [`sft, ${normaliser}`, sft({ normaliser })],
  [`profit, ${normaliser}`, profit({ threshold, normaliser })],
  [`dft, ${normaliser}`, dft({ normaliser })],
]);

describe.each(['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'])('gradients of %s', (name) => {
  test.each(rules)('agree with the float64 reference under %s', async (_name, rule) => {
    const setting = await openFixture(name);
    const { weights, total, gradients } = await gradientsFor(setting, rule);
    expect(weights.some((weight) => weight !== 0)).toBe(true);
    const { model } = setting;
    const reference = await wholeModelReference(setting, { weights: weights.map((weight) => weight / total) });
    for (const [parameter, gradient] of gradients) {
      const scaled = gradient.map((value) => value / total);
      expect(relativeError(scaled, reference[`gradient:${parameter}`].data), parameter).toBeLessThan(1e-4);
    }
    await model.dispose();
  });

  test('are those of sft, bit for bit, when the threshold is 0', async () => {
    const setting = await openFixture(name);
    const all = await gradientsFor(setting, sft());
    const kept = await gradientsFor(setting, profit({ threshold: 0 }));
    expect(kept.gradients).toEqual(all.gradients);
    await setting.model.dispose();
  });

  test('of tokens above and below a threshold add up to those of all tokens', async () => {
    const setting = await openFixture(name);
    const all = await gradientsFor(setting, sft());
    const high = await gradientsFor(setting, profit({ threshold }));
    const low = await gradientsFor(setting, profit({ threshold, direction: 'low' }));
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

  test.each([
    ['recomputed', { activationMemoryBytes: 0, headMemoryBytes: 0 }],
    ['kept', { activationMemoryBytes: 2 ** 30 }],
  ])('of micro-batches add up to those of one batch, activations %s', async (_name, memory) => {
    const setting = await openFixture(name, memory);
    const all = await gradientsFor(setting, sft());
    const { model, batch } = setting;
    model.clearGradients();
    const bySegment = [1, 2, 3].map((segment) => [...batch.tokens].filter((_, i) => batch.segments[i] === segment));
    for (const tokens of bySegment) {
      const forward = await model.forward(batchOfSequences([tokens], 'packed'));
      await model.backward(forward, new Float32Array(forward.signals.length).fill(1));
    }
    for (const [parameter, gradient] of await model.read('gradient')) {
      expect(relativeError(gradient, all.gradients.get(parameter) as Float32Array), parameter).toBeLessThan(1e-5);
    }
    await model.dispose();
  });
});
