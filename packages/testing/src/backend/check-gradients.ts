import type { TokenBatch, TrainableModel } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { modelOf, refusalOf, toleranceOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { expectNumbers, expectParameters, firstChangedParameter, normOf } from './compare.js';
import { gradientNormOf, observeEach, observeGradients, pass } from './observe-gradients.js';
import { mapParameters, referencePass, type ParameterArrays } from './reference-pass.js';
import { parametersOf, savedParameters } from './saved-parameters.js';
import { batchOfSequences, randomSequences, testBatch, testWeights } from './test-batches.js';

async function referenceGradients(
  subject: BackendSubject,
  batch: TokenBatch,
  weights: Float32Array,
): Promise<ParameterArrays> {
  const { config, directory } = await modelOf(subject);
  return referencePass(config, await parametersOf(directory), batch, { weights }).gradients;
}

/** `backward` adds Σ_t weights[t] · ∇(−log p_t) for every parameter: the float64 reference's. Weights and batch stay as they are. */
export async function checkGradients(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const batch = testBatch();
  const weights = testWeights(batch);
  const given = weights.slice();
  const { gradients, gradientNorm } = await observeGradients(subject, (model) => pass(model, batch, given));
  const expected = await referenceGradients(subject, batch, weights);
  const { gradients: tolerance } = toleranceOf(subject);
  expectParameters(where, 'gradients', gradients, expected, tolerance);
  expectNumbers(where, () => 'gradientNorm', [gradientNorm / normOf(expected)], [1], tolerance);
  expectNumbers(where, (token) => `weight ${token} after backward`, given, weights, 0);
}

/** The gradient of a sum of weights is the sum of the gradients. */
export async function checkLinearity(subject: BackendSubject): Promise<void> {
  const batch = testBatch(1);
  const [first, second] = [testWeights(batch, 1), testWeights(batch, 2)];
  const mixed = first.map((weight, token) => 3 * weight + 0.5 * second[token]);
  const [a, b, both] = await observeEach(
    subject,
    [first, second, mixed].map((weights) => ({ accumulate: (model) => pass(model, batch, weights) })),
  );
  const sum = mapParameters(a.gradients, (data, name) => {
    const other = b.gradients.get(name)?.data ?? data;
    return data.map((value, index) => 3 * value + 0.5 * other[index]);
  });
  const what = 'gradients are not linear in the weights: those of 3u + v/2 and of u, v';
  expectParameters(whereOf(subject), what, both.gradients, sum, toleranceOf(subject).gradients);
}

/** Weights of 0 leave no gradient at all and change no parameter. */
export async function checkZeroWeights(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const batch = testBatch();
  await withModel(subject, async (model) => {
    const before = await savedParameters(subject, model);
    await pass(model, batch, new Float32Array(batch.scored.length));
    const norm = await gradientNormOf(model);
    if (norm !== 0) throw new ConformanceError(where, `weights of 0 leave a gradient of norm ${norm}`);
    const changed = firstChangedParameter(before, await savedParameters(subject, model));
    if (changed !== undefined) throw new ConformanceError(where, `a step without a gradient changes ${changed}`);
  });
}

/** Each token alone has the gradient that the reference gives it: none leaks into a neighbour, wherever it stands in the batch. */
export async function checkSingleTokens(subject: BackendSubject): Promise<void> {
  const batch = testBatch(2);
  const oneHot = (token: number): Float32Array =>
    new Float32Array(batch.scored.length).map((_, index) => (index === token ? 1 : 0));
  await withModel(subject, async (model) => {
    for (let token = 0; token < batch.scored.length; token++) {
      await pass(model, batch, oneHot(token));
      const norm = await gradientNormOf(model);
      const expected = normOf(await referenceGradients(subject, batch, oneHot(token)));
      const what = `‖gradient‖ of token ${token} alone, as a part of the reference's,`;
      expectNumbers(whereOf(subject), () => what, [norm / expected], [1], toleranceOf(subject).gradients);
    }
  });
}

/** Gradients add up over micro-batches, also where the model scores and generates between them. */
export async function checkAccumulation(subject: BackendSubject): Promise<void> {
  const sequences = randomSequences(5, [7, 10, 5]);
  const whole = batchOfSequences(sequences, 'packed');
  const ones = (batch: TokenBatch): Float32Array => new Float32Array(batch.scored.length).fill(1);
  const inParts = async (model: TrainableModel): Promise<void> => {
    for (const sequence of sequences) {
      const batch = batchOfSequences([sequence], 'packed');
      await pass(model, batch, ones(batch));
      await model.score(whole, []);
      await model.generate([Int32Array.from(sequence)], { maxTokens: 2 });
    }
  };
  const [together, parts] = await observeEach(subject, [
    { accumulate: (model) => pass(model, whole, ones(whole)) },
    { accumulate: inParts },
  ]);
  const what = 'gradients of micro-batches do not add up to those of one batch: those';
  expectParameters(whereOf(subject), what, parts.gradients, together.gradients, toleranceOf(subject).gradients);
}

/** `clearGradients`, `update` and `release` each leave nothing of what came before. */
export async function checkClearing(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const batch = testBatch();
  const weights = testWeights(batch);
  await withModel(subject, async (model) => {
    await pass(model, batch, weights);
    const alone = await gradientNormOf(model);
    const leftovers: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['update', async () => undefined],
      [
        'clearGradients',
        async () => {
          await pass(model, batch, weights);
          model.clearGradients();
        },
      ],
      ['release', async () => (await model.forward(batch, [])).release()],
    ];
    for (const [what, leave] of leftovers) {
      await leave();
      const nothing = await gradientNormOf(model);
      if (nothing !== 0) throw new ConformanceError(where, `${what} leaves a gradient of norm ${nothing}`);
      await leave();
      await pass(model, batch, weights);
      const again = await gradientNormOf(model);
      expectNumbers(
        where,
        () => `‖gradient‖ of a batch after ${what}, against that of the batch alone,`,
        [again / alone],
        [1],
        1e-5,
      );
    }
  });
}

/** One forward pass is held at a time, until `backward` or `release`; both need a pass that is held, and a weight for each token. */
export async function checkHeldForward(subject: BackendSubject): Promise<void> {
  const batch = testBatch();
  const weights = testWeights(batch);
  await withModel(subject, async (model) => {
    const held = await model.forward(batch, []);
    await refusalOf(subject, 'a second forward pass while one is held', () => model.forward(testBatch(1), []));
    await model.backward(held, weights);
    await refusalOf(subject, 'a second backward of one forward pass', () => model.backward(held, weights));
    const released = await model.forward(batch, []);
    released.release();
    await refusalOf(subject, 'backward of a pass that was released', () => model.backward(released, weights));
    const short = await model.forward(batch, []);
    await refusalOf(subject, 'backward with a weight too few', () => model.backward(short, weights.subarray(1)));
    short.release();
    await pass(model, batch, weights);
  });
}
