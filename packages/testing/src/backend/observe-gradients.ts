import type { TrainableModel, UpdateOptions } from '@profit-sft/core';
import { scratchFolder, withModel, type BackendSubject } from './backend-subject.js';
import { mapParameters, type ParameterArrays } from './reference-pass.js';
import { savedParameters } from './saved-parameters.js';

/** An update that takes the gradient as it is: nothing scaled, clipped or decayed. */
export const plainUpdate: UpdateOptions = {
  ...{ learningRate: 0, gradientScale: 1, maxGradientNorm: Infinity, weightDecay: 0 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

export interface ObservedGradients {
  readonly gradients: ParameterArrays;
  /** Returned by `update`. */
  readonly gradientNorm: number;
}

/** So large beside a gradient that a step of AdamW is nearly proportional to it. */
const large = 1024;

/** What leaves gradients in a model, and how they are to be taken. */
export interface Observation {
  accumulate(model: TrainableModel): Promise<unknown>;
  readonly update?: Partial<UpdateOptions>;
}

/**
 * The gradients that `accumulate` leaves in a newly opened model. The contract does not show them, but a step does: with β₁ = β₂ = 0
 * AdamW moves a weight by s = η·g / (|g| + ε), hence g = s·ε / (η − |s|), with η = ε far above |g|.
 */
export async function observeGradients(
  subject: BackendSubject,
  accumulate: Observation['accumulate'],
): Promise<ObservedGradients> {
  const [observed] = await observeEach(subject, [{ accumulate }]);
  return observed;
}

/** Each from the same parameters: between them the model goes back to its first state. */
export function observeEach(
  subject: BackendSubject,
  observations: readonly Observation[],
): Promise<ObservedGradients[]> {
  return withModel(subject, async (model) => {
    const state = await scratchFolder(subject);
    if (observations.length > 1) await model.saveState(state);
    const before = await savedParameters(subject, model);
    const observed: ObservedGradients[] = [];
    for (const [index, { accumulate, update }] of observations.entries()) {
      if (index > 0) await model.loadState(state);
      await accumulate(model);
      const { gradientNorm } = await model.update({ ...observingUpdate, ...update });
      observed.push({ gradients: gradientsOf(before, await savedParameters(subject, model)), gradientNorm });
    }
    return observed;
  });
}

const observingUpdate: UpdateOptions = { ...plainUpdate, learningRate: large, epsilon: large, beta1: 0, beta2: 0 };

function gradientsOf(before: ParameterArrays, after: ParameterArrays): ParameterArrays {
  return mapParameters(before, (data, name) => {
    const moved = after.get(name)?.data ?? data;
    return data.map((weight, index) => {
      const step = weight - moved[index];
      return (step * large) / (large - Math.abs(step));
    });
  });
}

/** A forward and a backward pass. */
export async function pass(
  model: TrainableModel,
  batch: Parameters<TrainableModel['forward']>[0],
  weights: Float32Array,
): Promise<void> {
  await model.backward(await model.forward(batch, []), weights);
}

/** The norm of the accumulated gradient, which it clears; no weight changes. */
export async function gradientNormOf(model: TrainableModel): Promise<number> {
  return (await model.update(plainUpdate)).gradientNorm;
}
