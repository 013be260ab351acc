import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainableModel, UpdateOptions } from '@profit-sft/core';
import { readModelConfig } from '@profit-sft/models';
import { ConformanceError } from '../problem.js';
import {
  modelOf,
  refusalOf,
  scratchFolder,
  toleranceOf,
  whereOf,
  withModel,
  type BackendSubject,
} from './backend-subject.js';
import { expectEqualSignals, expectNumbers, firstChangedParameter } from './compare.js';
import { pass, plainUpdate } from './observe-gradients.js';
import type { ParameterArrays } from './reference-pass.js';
import { parametersOf, savedParameters } from './saved-parameters.js';
import { testBatch, testWeights } from './test-batches.js';
import { testModel } from './test-models.js';

const trainingUpdate: UpdateOptions = {
  ...{ learningRate: 0.01, gradientScale: 1 / 8, maxGradientNorm: 1, weightDecay: 0.1 },
  ...{ beta1: 0.9, beta2: 0.99, epsilon: 1e-4 },
};

/** Steps of two micro-batches; the gradient norm of each. */
async function train(model: TrainableModel, from: number, to: number): Promise<number[]> {
  const norms: number[] = [];
  for (let step = from; step < to; step++) {
    for (const seed of [2 * step, 2 * step + 1]) {
      const batch = testBatch(seed);
      await pass(model, batch, testWeights(batch, seed));
    }
    norms.push((await model.update(trainingUpdate)).gradientNorm);
  }
  return norms;
}

/** A saved model is a model directory that opens again: with the very weights before training, and with equal scores after it. */
export async function checkSave(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { directory, config } = await modelOf(subject);
  const folder = await scratchFolder(subject);
  const signals = await withModel(subject, async (model) => {
    const changed = firstChangedParameter(await parametersOf(directory), await savedParameters(subject, model));
    if (changed !== undefined) {
      throw new ConformanceError(where, `an untrained model is saved with another ${changed}; the checks need F32`);
    }
    await train(model, 0, 2);
    await model.save(join(folder, 'model'));
    return model.score(testBatch(9), model.description.signals);
  });
  const saved = await readModelConfig(join(folder, 'model'));
  for (const key of ['architecture', 'endIds', 'maxPositions', 'tieEmbeddings', 'ropeTheta'] as const) {
    const [found, expected] = [saved[key], config[key]].map((value) => JSON.stringify(value));
    if (found !== expected)
      throw new ConformanceError(where, `save changes ${key} of the model from ${expected} to ${found}`);
  }
  await withModel(
    subject,
    async (model) => {
      const names = model.description.signals;
      const again = await model.score(testBatch(9), names);
      expectEqualSignals(where, 'saved and opened again', names, again, signals, toleranceOf(subject).batches);
    },
    join(folder, 'model'),
  );
}

interface End {
  readonly norms: readonly number[];
  readonly parameters: ParameterArrays;
  readonly logProb: Float32Array;
}

/** A run goes on from a saved state, in a model that was something else before, exactly as the run that saved it. */
export async function checkState(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const state = join(await scratchFolder(subject), 'state');
  const finish = async (model: TrainableModel): Promise<End> => {
    const norms = await train(model, 3, 6);
    const { logProb } = await model.score(testBatch(9), []);
    return { norms, parameters: await savedParameters(subject, model), logProb };
  };
  const unbroken = await withModel(subject, async (model) => {
    await train(model, 0, 3);
    await model.saveState(state);
    return finish(model);
  });
  const resumed = await withModel(subject, async (model) => {
    // Weights, moments, step count and an accumulated gradient that are not to survive.
    await train(model, 7, 8);
    await pass(model, testBatch(), testWeights(testBatch()));
    await model.loadState(state);
    return finish(model);
  });
  const { resumption } = toleranceOf(subject);
  const what = 'resumed and unbroken differ:';
  expectNumbers(
    where,
    (step) => `${what} gradientNorm of step ${step + 1} after it`,
    resumed.norms,
    unbroken.norms,
    resumption,
  );
  for (const [name, { data }] of unbroken.parameters) {
    const found = resumed.parameters.get(name)?.data ?? [];
    expectNumbers(where, (index) => `${what} element ${index} of ${name}`, found, data, resumption);
  }
  expectNumbers(where, (token) => `${what} log p of token ${token}`, resumed.logProb, unbroken.logProb, resumption);
}

/** The state of another model, or none, is refused, with an error that names its place, and leaves the model as it was. */
export async function checkForeignModelState(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { folder, model: name = 'llama' } = subject;
  const layers = name === 'gpt2' ? { n_layer: 1 } : { num_hidden_layers: 1 };
  const other = await testModel(folder, name, { name: `${name}-of-one-layer`, config: layers, seed: 3 });
  const states = await scratchFolder(subject);
  const foreign = join(states, 'foreign');
  await withModel(
    subject,
    async (model) => {
      await train(model, 0, 1);
      await model.saveState(foreign);
    },
    other.directory,
  );
  await withModel(subject, async (model) => {
    const before = await savedParameters(subject, model);
    for (const place of [foreign, join(states, 'nowhere')]) {
      const what = place === foreign ? 'the state of another model' : 'a state that is not there';
      const { message } = await refusalOf(subject, what, () => model.loadState(place));
      if (!message.includes(place))
        throw new ConformanceError(where, `${what} is refused without its place: ${message}`);
    }
    const changed = firstChangedParameter(before, await savedParameters(subject, model));
    if (changed !== undefined) throw new ConformanceError(where, `a state that is refused changes ${changed}`);
    await pass(model, testBatch(), testWeights(testBatch()));
    await model.update({ ...plainUpdate, learningRate: 1e-3 });
  });
}

/** `config.json` of the saved model is that of the opened one, but for its element type. */
export async function checkSavedConfig(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { directory } = await modelOf(subject);
  const folder = await scratchFolder(subject);
  await withModel(subject, (model) => model.save(folder));
  const read = async (place: string, name: string): Promise<Record<string, unknown>> => {
    try {
      return JSON.parse(await readFile(join(place, name), 'utf8')) as Record<string, unknown>;
    } catch (cause) {
      throw new ConformanceError(where, `save writes no ${name} that is JSON`, { cause });
    }
  };
  for (const name of ['config.json', 'generation_config.json']) {
    const [expected, found] = [await read(directory, name), await read(folder, name)];
    for (const key of Object.keys(expected)) {
      if (key === 'torch_dtype' || key === 'dtype') continue;
      const [was, is] = [expected[key], found[key]].map((value) => JSON.stringify(value));
      if (was !== is) throw new ConformanceError(where, `save changes "${key}" of ${name} from ${was} to ${is}`);
    }
  }
}
