import type { TokenBatch, TrainableModel, UpdateOptions } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { AdamwReference, decayedParameters } from './adamw-reference.js';
import { modelOf, scratchFolder, toleranceOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { expectNumbers, expectParameters, firstChangedParameter, normOf } from './compare.js';
import { gradientNormOf, observeEach, pass, plainUpdate } from './observe-gradients.js';
import { mapParameters, referencePass, type ParameterArrays } from './reference-pass.js';
import { parametersOf, savedParameters } from './saved-parameters.js';
import { testBatch, testWeights } from './test-batches.js';

/** ε is large enough that elements whose gradient is nothing but rounding move no further than others' rounding. */
const trainingUpdate: UpdateOptions = {
  ...{ learningRate: 0.02, gradientScale: 1 / 8, maxGradientNorm: 0.5, weightDecay: 0.1 },
  ...{ beta1: 0.8, beta2: 0.9, epsilon: 1e-3 },
};

const difference = (after: ParameterArrays, before: ParameterArrays): ParameterArrays =>
  mapParameters(after, (data, name) => {
    const start = before.get(name)?.data ?? data;
    return data.map((value, index) => value - start[index]);
  });

/** Three steps, each clipped, take the parameters where AdamW in float64 takes them, by the reference's gradients. */
export async function checkUpdate(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { config, directory } = await modelOf(subject);
  const before = await parametersOf(directory);
  const optimizer = new AdamwReference(decayedParameters(config));
  const { gradients: tolerance } = toleranceOf(subject);
  await withModel(subject, async (model) => {
    let parameters = before;
    for (let step = 1; step <= 3; step++) {
      const options = { ...trainingUpdate, learningRate: trainingUpdate.learningRate / step };
      const batch = testBatch(step);
      const weights = testWeights(batch, step);
      await pass(model, batch, weights);
      const { gradientNorm } = await model.update(options);
      const { gradients } = referencePass(config, parameters, batch, { weights });
      const expected = optimizer.update(parameters, gradients, options);
      parameters = expected.parameters;
      const what = `gradientNorm of step ${step}, the scaled gradient's before clipping,`;
      expectNumbers(where, () => what, [gradientNorm / expected.gradientNorm], [1], tolerance);
      const moved = difference(await savedParameters(subject, model), before);
      expectParameters(where, `changes after AdamW step ${step}`, moved, difference(parameters, before), tolerance);
    }
  });
}

/** A scaled gradient above the limit is shortened to it and keeps its direction; one below it and no limit change nothing. */
export async function checkClipping(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { gradients: tolerance } = toleranceOf(subject);
  const batch = testBatch();
  const accumulate = (model: TrainableModel): Promise<void> => pass(model, batch, testWeights(batch));
  // The norm, so that limits can be below and above it.
  const norm = await withModel(subject, async (model) => {
    await accumulate(model);
    return gradientNormOf(model);
  });
  const limits = [
    { gradientScale: 0.5, limit: 0.1 },
    { gradientScale: 0.5, limit: 2 },
    { gradientScale: 1, limit: 0.1 },
  ];
  const [plain, ...observed] = await observeEach(subject, [
    { accumulate },
    ...limits.map(({ gradientScale, limit }) => ({
      accumulate,
      update: { gradientScale, maxGradientNorm: limit * norm },
    })),
  ]);
  limits.forEach(({ gradientScale, limit }, index) => {
    const { gradients, gradientNorm } = observed[index];
    const what = `with gradientScale ${gradientScale} and maxGradientNorm ${limit} times the norm`;
    const reported = `gradientNorm over that of the plain gradient, ${what},`;
    expectNumbers(where, () => reported, [gradientNorm / norm], [gradientScale], tolerance);
    const factor = Math.min(gradientScale, limit);
    const expected = mapParameters(plain.gradients, (data) => data.map((value) => value * factor));
    const length = normOf(gradients) / normOf(expected);
    expectNumbers(where, () => `length of the step over what it has to be, ${what},`, [length], [1], tolerance);
    expectParameters(where, `the step ${what}: gradients`, gradients, expected, tolerance);
  });
}

/** Without a gradient, weight decay shrinks matrices by 1 − η·λ and leaves norms and biases alone. */
export async function checkWeightDecay(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { config } = await modelOf(subject);
  const decayed = decayedParameters(config);
  const [learningRate, weightDecay] = [0.5, 0.25];
  await withModel(subject, async (model) => {
    const before = await savedParameters(subject, model);
    await model.update({ ...plainUpdate, learningRate, weightDecay });
    for (const [name, { data }] of await savedParameters(subject, model)) {
      const factor = decayed.has(name) ? 1 - learningRate * weightDecay : 1;
      const start = before.get(name)?.data ?? data;
      const what = (index: number): string =>
        `element ${index} of ${name} after a step of weight decay ${weightDecay} and learning rate ${learningRate}`;
      expectNumbers(
        where,
        what,
        data,
        start.map((value) => value * factor),
        factor === 1 ? 0 : 1e-5,
      );
    }
  });
}

/** A learning rate of 0 changes no parameter, whatever the gradient and the weight decay are, and still clears the gradient. */
export async function checkZeroLearningRate(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const batch = testBatch();
  await withModel(subject, async (model) => {
    const before = await savedParameters(subject, model);
    await pass(model, batch, testWeights(batch));
    await model.update({ ...trainingUpdate, learningRate: 0 });
    const changed = firstChangedParameter(before, await savedParameters(subject, model));
    if (changed !== undefined) throw new ConformanceError(where, `a learning rate of 0 changes ${changed}`);
  });
}

/** A gradient that is not finite is reported, changes neither parameters nor moments nor the step count, and is cleared. */
export async function checkNonFiniteGradient(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const batch = testBatch();
  const trained = async (model: TrainableModel): Promise<void> => {
    await pass(model, batch, testWeights(batch));
    await model.update(trainingUpdate);
  };
  const broken = (value: number, { scored }: TokenBatch): Float32Array => new Float32Array(scored.length).fill(value);
  const ended = async (model: TrainableModel, interrupted: boolean): Promise<ParameterArrays> => {
    await trained(model);
    for (const value of interrupted ? [Infinity, NaN] : []) {
      const before = await savedParameters(subject, model);
      await pass(model, batch, broken(value, batch));
      const { gradientNorm } = await model.update(trainingUpdate);
      if (Number.isFinite(gradientNorm)) {
        const message = `weights of ${value} have a gradientNorm of ${gradientNorm}; it must not be finite`;
        throw new ConformanceError(where, message);
      }
      const changed = firstChangedParameter(before, await savedParameters(subject, model));
      if (changed !== undefined) throw new ConformanceError(where, `a gradient that is not finite changes ${changed}`);
    }
    await trained(model);
    return savedParameters(subject, model);
  };
  const [expected, found] = await withModel(subject, async (model) => {
    const state = await scratchFolder(subject);
    await model.saveState(state);
    const unbroken = await ended(model, false);
    await model.loadState(state);
    return [unbroken, await ended(model, true)];
  });
  const before = await parametersOf((await modelOf(subject)).directory);
  const what = 'a gradient that is not finite changes the steps after it: changes';
  expectParameters(where, what, difference(found, before), difference(expected, before), 1e-5);
}
