import {
  NonFiniteError,
  parseRunConfig,
  type Example,
  type MaskingRule,
  type Normaliser,
  type TokenBatch,
} from '@profit-sft/core';
import { packExamples } from '@profit-sft/datasets';
import { describe, expect, it } from 'vitest';
import { InvalidWeightsError } from './checked-weights.js';
import { countStep, normaliserTotal, normaliseWeights } from './normalise-weights.js';
import { takeOptimiserStep } from './optimiser-step.js';
import { BigramModel } from './testing-model/bigram-model.js';
import { aboveThreshold, everyToken, ruleOf, smallConfig } from './testing-model/small-run.js';

const example = (tokens: number[], prompt: number, row: number): Example => ({
  tokens: Int32Array.from(tokens),
  target: Uint8Array.from(tokens, (_, index) => (index < prompt ? 0 : 1)),
  row,
});

/** Three sequences with 3, 1 and 4 scored tokens. */
const examples = [example([0, 1, 2, 3, 0], 2, 0), example([3, 2, 1], 2, 1), example([2, 2, 0, 1, 3], 1, 2)];
const config = parseRunConfig(smallConfig);
const normalisers: Normaliser[] = ['tokens', 'sequence', 'kept'];

const pack = (maxTokens: number): TokenBatch[] => packExamples(examples, { maxTokens, packing: true });

async function step(rule: MaskingRule, batches = pack(64), model = new BigramModel(4)) {
  const gradients: Float64Array[] = [];
  const update = model.update.bind(model);
  model.update = (options) => {
    gradients.push(model.gradient.map((value) => value * options.gradientScale));
    return update(options);
  };
  const options = {
    model,
    rule,
    config,
    batches,
    examples,
    step: 1,
    totalSteps: 4,
    learningRate: 0.1,
  };
  const result = await takeOptimiserStep(options);
  return { result, model, gradient: gradients[0], updates: gradients.length };
}

/** −log p and its gradient with respect to the weights, for every scored token, straight from the definition. */
function tokensByHand(model: BigramModel) {
  return examples.flatMap(({ tokens, target }, sequence) =>
    [...target.keys()]
      .filter((index) => target[index] === 1)
      .map((index) => {
        const previous = tokens[index - 1];
        const exponentials = Array.from({ length: 4 }, (_, next) => Math.exp(model.weights[previous * 4 + next]));
        const sum = exponentials.reduce((total, value) => total + value, 0);
        const gradient = new Float64Array(16);
        exponentials.forEach((value, next) => {
          gradient[previous * 4 + next] = value / sum - (next === tokens[index] ? 1 : 0);
        });
        return { sequence, nll: -Math.log(exponentials[tokens[index]] / sum), gradient };
      }),
  );
}

/** Weights that differ from token to token, whatever the micro-batches. */
const byTokenId = (normaliser: Normaliser): MaskingRule =>
  ruleOf(({ tokenId }) => Float32Array.from(tokenId, (id) => [0, 0.5, 1, 2][id]), { normaliser });

describe('normalisers, against the definition', () => {
  const factor: Record<Normaliser, (weights: number[], lengths: number[], sequence: number) => number> = {
    tokens: () => 1 / 8,
    sequence: (_, lengths, sequence) => 1 / (3 * lengths[sequence]),
    kept: (weights) => 1 / weights.reduce((sum, weight) => sum + weight, 0),
  };

  it.each(normalisers)('%s', async (normaliser) => {
    const { result, gradient } = await step(byTokenId(normaliser));
    const tokens = tokensByHand(new BigramModel(4));
    const ids = [2, 3, 0, 1, 2, 0, 1, 3];
    const weights = ids.map((id) => [0, 0.5, 1, 2][id]);
    const factors = tokens.map(({ sequence }) => factor[normaliser](weights, [3, 1, 4], sequence));
    const objective = tokens.reduce((sum, { nll }, index) => sum + weights[index] * factors[index] * nll, 0);
    expect(result.objective).toBeCloseTo(objective, 6);
    for (let parameter = 0; parameter < 16; parameter++) {
      const expected = tokens.reduce(
        (sum, token, index) => sum + weights[index] * factors[index] * token.gradient[parameter],
        0,
      );
      expect(gradient[parameter]).toBeCloseTo(expected, 6);
    }
    expect(result.meanNll).toBeCloseTo(tokens.reduce((sum, { nll }) => sum + nll, 0) / 8, 6);
    expect(result.meanProb).toBeCloseTo(tokens.reduce((sum, { nll }) => sum + Math.exp(-nll), 0) / 8, 6);
    expect(result).toMatchObject({
      keptFraction: 6 / 8,
      meanWeight: 7 / 8,
      scoredTokens: 8,
      tokens: 13,
      learningRate: 0.1,
    });
    expect(result.gradientNorm).toBeCloseTo(Math.hypot(...gradient), 6);
  });

  it('has the numerators and totals of hand-worked numbers', () => {
    const counts = countStep(pack(64), 3);
    expect(counts).toEqual({ scoredTokens: 8, tokensOfSequence: Int32Array.of(3, 1, 4), sequences: 3, tokens: 13 });
    const signals = { sequence: Int32Array.of(0, 0, 0, 1, 2, 2, 2, 2) };
    const weights = Float32Array.of(1, 0, 1, 1, 1, 0, 0, 0.5);
    expect(normaliseWeights(weights, signals, 'tokens', counts)).toEqual(weights);
    expect(normaliseWeights(weights, signals, 'kept', counts)).toEqual(weights);
    expect(normaliseWeights(weights, signals, 'sequence', counts)).toEqual(
      Float32Array.of(1 / 3, 0, 1 / 3, 1, 0.25, 0, 0, 0.125),
    );
    expect(normalisers.map((normaliser) => normaliserTotal(normaliser, counts, 4.5))).toEqual([8, 3, 4.5]);
  });

  it('counts a sequence without scored tokens for nothing', () => {
    const counts = countStep(pack(64), 4);
    expect(counts.sequences).toBe(3);
  });
});

describe('accumulation', () => {
  it.each(normalisers)('over micro-batches equals one batch (%s)', async (normaliser) => {
    const whole = await step(byTokenId(normaliser), pack(64));
    const split = await step(byTokenId(normaliser), pack(5));
    expect(pack(64)).toHaveLength(1);
    expect(pack(5)).toHaveLength(3);
    expect(split.model.calls).toMatchObject({ forward: 3, backward: 3, update: 1 });
    whole.gradient.forEach((value, parameter) => expect(split.gradient[parameter]).toBeCloseTo(value, 12));
    whole.model.weights.forEach((value, parameter) => expect(split.model.weights[parameter]).toBeCloseTo(value, 6));
    for (const key of ['objective', 'meanNll', 'meanProb', 'keptFraction', 'meanWeight'] as const) {
      expect(split.result[key]).toBeCloseTo(whole.result[key], 12);
    }
    expect(split.result.tokens).toBe(whole.result.tokens);
  });

  it('adds high and low up to sft under tokens', async () => {
    const threshold = 0.25;
    const high = await step(aboveThreshold(threshold));
    const low = await step(
      ruleOf((signals) => signals.logProb.map((logProb) => (logProb > Math.fround(Math.log(threshold)) ? 0 : 1))),
    );
    const all = await step(everyToken);
    expect(high.result.keptFraction).toBeGreaterThan(0);
    expect(low.result.keptFraction).toBeGreaterThan(0);
    all.gradient.forEach((value, parameter) =>
      expect(high.gradient[parameter] + low.gradient[parameter]).toBeCloseTo(value, 12),
    );
  });

  it.each(normalisers)('gives threshold 0 the bits of sft (%s)', async (normaliser) => {
    const zero = await step(aboveThreshold(0, { normaliser }), pack(5));
    const all = await step({ ...everyToken, normaliser }, pack(5));
    expect(zero.result).toEqual(all.result);
    expect(zero.model.weights).toEqual(all.model.weights);
  });
});

describe('masked tokens', () => {
  it('skips the backward pass of a micro-batch without kept tokens', async () => {
    const onlySecond = ruleOf(({ sequence }) => Float32Array.from(sequence, (index) => (index === 1 ? 1 : 0)));
    const { model, result } = await step(onlySecond, pack(5));
    expect(model.calls).toMatchObject({ forward: 3, backward: 1, release: 2, update: 1 });
    expect(result.keptFraction).toBe(1 / 8);
  });

  it.each(normalisers)('leaves the model as it is when every token is masked (%s)', async (normaliser) => {
    const nothing = ruleOf((signals) => new Float32Array(signals.length), { normaliser });
    const { model, result, updates } = await step(nothing, pack(5));
    expect(updates).toBe(0);
    expect(model.weights).toEqual(new BigramModel(4).weights);
    expect(model.calls).toMatchObject({ backward: 0, release: 3 });
    expect(result).toMatchObject({ gradientNorm: null, objective: 0, keptFraction: 0 });
    expect(result.overflowed).toBeUndefined();
    expect(result.meanNll).toBeGreaterThan(0);
  });
});

describe('faults', () => {
  it.each([
    ['a wrong length', () => new Float32Array(3), /returned 3 weights for 8 tokens/],
    ['NaN', (n: number) => new Float32Array(n).fill(Number.NaN), /weight NaN of token 0/],
    ['infinity', (n: number) => new Float32Array(n).fill(Infinity), /weight Infinity/],
    ['negative weights', (n: number) => new Float32Array(n).fill(-1), /weight -1/],
    ['plain arrays', (n: number) => Array<number>(n).fill(1) as unknown as Float32Array, /Float32Array/],
  ])('names the rule that returns %s', async (_, weigh, message) => {
    const rule = ruleOf((signals) => weigh(signals.length), { name: 'my-rule' });
    const model = new BigramModel(4);
    await expect(step(rule, pack(64), model)).rejects.toThrow(InvalidWeightsError);
    await expect(step(rule, pack(64), model)).rejects.toThrow(message);
    await expect(step(rule, pack(64), model)).rejects.toThrow(/masking rule "my-rule" at step 1/);
    expect(model.weights).toEqual(new BigramModel(4).weights);
  });

  it('holds a rule that calls itself binary to it', async () => {
    const rule = ruleOf((signals) => new Float32Array(signals.length).fill(0.5), { binary: true });
    await expect(step(rule)).rejects.toThrow(/0 or 1 only/);
  });

  it('stops at a log-probability that is not finite, and lets go of what it held', async () => {
    const model = new BigramModel(4);
    model.weights[2 * 4 + 1] = Number.NaN;
    await expect(step(everyToken, pack(5), model)).rejects.toThrow(NonFiniteError);
    await expect(step(everyToken, pack(5), model)).rejects.toThrow(/not finite at step 1/);
    expect(model.calls.update).toBe(0);
    expect(model.gradient.every((value) => value === 0)).toBe(true);
  });

  it('stops at a gradient norm that is not finite', async () => {
    const huge = ruleOf((signals) => new Float32Array(signals.length).fill(3e38));
    const model = new BigramModel(4);
    const backward = model.backward.bind(model);
    model.backward = async (forward, weights) => {
      await backward(forward, weights);
      model.gradient[0] = Infinity;
    };
    await expect(step(huge, pack(64), model)).rejects.toThrow(/the gradient norm is not finite at step 1/);
    expect(model.weights).toEqual(new BigramModel(4).weights);
  });

  it('goes on after a step whose scaled gradient overflowed, and says so', async () => {
    const model = new BigramModel(4);
    model.update = () => Promise.resolve({ gradientNorm: Infinity, overflowed: true });
    const { result } = await step(everyToken, pack(5), model);
    expect(result).toMatchObject({ gradientNorm: null, overflowed: true });
    expect(result.objective).toBeGreaterThan(0);
    expect(model.gradient.every((value) => value === 0)).toBe(true);
  });

  it('gives the rule its own stream of random numbers per micro-batch, the same each time', async () => {
    const drawn: number[] = [];
    const drawing = ruleOf((signals, { random, step: at, totalSteps }) => {
      drawn.push(random.next(), at, totalSteps);
      return new Float32Array(signals.length).fill(1);
    });
    await step(drawing, pack(5));
    const first = drawn.splice(0);
    await step(drawing, pack(5));
    expect(drawn).toEqual(first);
    expect(new Set([first[0], first[3], first[6]]).size).toBe(3);
    expect(first.slice(1, 3)).toEqual([1, 4]);
  });
});
