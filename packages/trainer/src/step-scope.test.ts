import {
  createRandom,
  modelSignalNames,
  parseRunConfig,
  type Example,
  type MaskingRule,
  type TokenBatch,
} from '@profit-sft/core';
import { packExamples } from '@profit-sft/datasets';
import { describe, expect, it } from 'vitest';
import { takeOptimiserStep, type OptimiserStepResult } from './optimiser-step.js';
import { BigramModel } from './testing-model/bigram-model.js';
import { ruleOf, smallConfig } from './testing-model/small-run.js';

const vocabulary = 6;
const examples = Array.from({ length: 5 }, (_, row): Example => {
  const random = createRandom(row, 'tokens');
  const tokens = Int32Array.from({ length: 4 + row }, () => random.integer(vocabulary));
  return { tokens, target: Uint8Array.from(tokens, (_token, index) => (index < 2 ? 0 : 1)), row };
});
const config = parseRunConfig(smallConfig);

async function step(
  rule: MaskingRule,
  batches: readonly TokenBatch[],
): Promise<{ result: OptimiserStepResult; model: BigramModel }> {
  const model = new BigramModel(vocabulary);
  const result = await takeOptimiserStep({
    ...{ model, rule, config, batches, examples },
    ...{ step: 1, totalSteps: 4, learningRate: 0.1 },
  });
  return { result, model };
}

const together = packExamples(examples, { maxTokens: 1000, packing: true });
const apart = packExamples(examples, { maxTokens: 8, packing: true });

/** Keeps the tokens above the median of the whole step. */
const aboveMedian = ruleOf(
  ({ logProb }) => {
    const median = logProb.slice().sort()[logProb.length >> 1];
    return logProb.map((own) => (own > median ? 1 : 0));
  },
  { name: 'median', scope: 'step', binary: true },
);

describe('a rule of scope step', () => {
  it('sees the whole optimiser step, whatever its micro-batches', async () => {
    expect(apart.length).toBeGreaterThan(2);
    const [one, many] = [await step(aboveMedian, together), await step(aboveMedian, apart)];
    expect(many.result.keptFraction).toBe(one.result.keptFraction);
    expect(many.result.objective).toBeCloseTo(one.result.objective, 6);
    many.model.weights.forEach((weight, index) => expect(weight).toBeCloseTo(one.model.weights[index], 5));
    // The same rule shown one micro-batch at a time gives something else, so the test can fail.
    const local = await step({ ...aboveMedian, scope: 'token' }, apart);
    expect(local.result.objective).not.toBeCloseTo(one.result.objective, 4);
  });

  it('costs one more forward pass over several micro-batches and none over one', async () => {
    expect((await step(aboveMedian, together)).model.calls).toMatchObject({ score: 0, forward: 1 });
    const { calls } = (await step(aboveMedian, apart)).model;
    expect(calls).toMatchObject({ score: apart.length, forward: apart.length });
  });

  it('draws the same random numbers for one micro-batch as for many', async () => {
    const random = ruleOf(
      (signals, context) => Float32Array.from(signals.logProb, () => (context.random.next() < 0.5 ? 1 : 0)),
      { scope: 'step', binary: true },
    );
    expect((await step(random, apart)).result.keptFraction).toBe((await step(random, together)).result.keptFraction);
  });

  it('is given every signal that it asks for, of all tokens', async () => {
    const seen: number[] = [];
    const rule = ruleOf(
      (signals) => {
        for (const name of modelSignalNames) seen.push(signals[name]?.length ?? 0);
        return new Float32Array(signals.length).fill(1);
      },
      { scope: 'step', needs: modelSignalNames },
    );
    await step(rule, apart);
    const tokens = apart.reduce((sum, batch) => sum + batch.scored.length, 0);
    expect(seen).toEqual(modelSignalNames.map(() => tokens));
  });
});

describe('a second loss term', () => {
  /** GEM (arXiv 2408.16673) written out: w = 1, −CE with the sharpened distribution. */
  const gem = (normaliser: MaskingRule['normaliser'], temperature = 0.7): MaskingRule =>
    ruleOf((signals) => new Float32Array(signals.length).fill(1), {
      name: 'gem',
      normaliser,
      distributionTerm: {
        towards: 'tempered',
        temperature,
        coefficients: (signals) => new Float32Array(signals.length).fill(-1),
      },
    });

  it.each(['tokens', 'sequence', 'kept'] as const)('adds up over micro-batches (%s)', async (normaliser) => {
    const [one, many] = [await step(gem(normaliser), together), await step(gem(normaliser), apart)];
    expect(many.result.objective).toBeCloseTo(one.result.objective, 6);
    expect(many.result.gradientNorm).toBeCloseTo(one.result.gradientNorm as number, 6);
  });

  it('with temperature 1 leaves the gradient of the NLL and takes the entropy from the objective', async () => {
    const plain = await step(
      ruleOf((signals) => new Float32Array(signals.length).fill(1)),
      together,
    );
    const { result } = await step(gem('tokens', 1), together);
    expect(result.gradientNorm).toBeCloseTo(plain.result.gradientNorm as number, 6);
    expect(result.objective).toBeLessThan(plain.result.objective - 0.5);
  });

  it.each([
    [new Float32Array(1), /returned 1 coefficients for/],
    [[1] as unknown as Float32Array, /must be a Float32Array/],
    ['NaN', /coefficient NaN of token 0/],
  ])('is refused with %s', async (wrong, message) => {
    const rule = ruleOf((signals) => new Float32Array(signals.length).fill(1), {
      name: 'wrong',
      distributionTerm: {
        towards: 'tempered',
        coefficients: (signals) =>
          wrong === 'NaN' ? new Float32Array(signals.length).fill(NaN) : (wrong as Float32Array),
      },
    });
    await expect(step(rule, together)).rejects.toThrow(message);
    await expect(step(rule, together)).rejects.toThrow(/masking rule "wrong"/);
  });

  it('trains where no token has a weight', async () => {
    const rule = { ...gem('tokens'), weigh: (signals: { length: number }) => new Float32Array(signals.length) };
    const { result, model } = await step(rule, together);
    expect(result.gradientNorm).toBeGreaterThan(0);
    expect(model.calls.update).toBe(1);
  });
});

describe('the context of a rule', () => {
  it('has the source of each sequence', async () => {
    let sources: readonly (string | undefined)[] | undefined;
    const rule = ruleOf((signals, context) => {
      ({ sources } = context);
      return new Float32Array(signals.length).fill(1);
    });
    const model = new BigramModel(vocabulary);
    const marked = examples.map((example, index) => (index === 1 ? { ...example, source: 'mathematics' } : example));
    await takeOptimiserStep({
      ...{ model, rule, config, batches: together, examples: marked },
      ...{ step: 1, totalSteps: 4, learningRate: 0.1 },
    });
    expect(sources).toEqual([undefined, 'mathematics', undefined, undefined, undefined]);
  });
});
