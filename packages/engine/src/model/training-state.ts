import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { openSafetensors, writeSafetensors } from '@profit-sft/models';
import type { DropoutState, Optimizer } from './engine.js';
import { initialLossScale, type LossScaleState } from './loss-scale.js';
import type { ParameterPart, StoredParameter } from '../passes/parameters.js';

/** One file for weights and one for both moments, all in F32: what an exact continuation needs. */
const weightsFile = 'weights.safetensors';
const momentsFile = 'moments.safetensors';
const stepFile = 'optimizer.json';

const momentNames = { firstMoment: 'first_moment', secondMoment: 'second_moment' } as const;

/** Writes weights and moments of what is trained, the optimiser's step count and, where there are any, the loss scale and dropout's passes. */
export async function saveTrainingState(
  directory: string,
  parameters: readonly StoredParameter[],
  optimizer: Optimizer,
  dropout?: DropoutState,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeSafetensors(
    join(directory, weightsFile),
    parameters.map((parameter) => ({
      name: parameter.name,
      dtype: 'F32',
      shape: parameter.shape,
      data: () => parameter.read('weight'),
    })),
  );
  await writeSafetensors(
    join(directory, momentsFile),
    parameters.flatMap((parameter) =>
      (['firstMoment', 'secondMoment'] as const).map((moment) => ({
        name: `${momentNames[moment]}.${parameter.name}`,
        dtype: 'F32' as const,
        shape: parameter.shape,
        data: () => parameter.read(moment),
      })),
    ),
  );
  const state = { step: optimizer.step, lossScale: optimizer.lossScale?.state, dropoutPasses: dropout?.passes };
  await writeFile(join(directory, stepFile), `${JSON.stringify(state)}\n`);
}

/**
 * Reads what {@link saveTrainingState} wrote. Throws `InvalidModelError` when it belongs to another model. The state of another
 * precision is taken: weights are float32 in each; a loss scale that it lacks starts anew, and one that nothing needs is left.
 */
export async function loadTrainingState(
  directory: string,
  parameters: readonly StoredParameter[],
  optimizer: Optimizer,
  dropout?: DropoutState,
): Promise<void> {
  await readInto(join(directory, weightsFile), parameters, (parameter) => [[parameter.name, 'weight']]);
  await readInto(join(directory, momentsFile), parameters, (parameter) => [
    [`${momentNames.firstMoment}.${parameter.name}`, 'firstMoment'],
    [`${momentNames.secondMoment}.${parameter.name}`, 'secondMoment'],
  ]);
  const path = join(directory, stepFile);
  const state = JSON.parse(await readFile(path, 'utf8')) as {
    step?: unknown;
    lossScale?: Partial<LossScaleState> | null;
    dropoutPasses?: unknown;
  };
  if (!Number.isSafeInteger(state.step)) throw new InvalidModelError(path, 'has no step count');
  optimizer.step = state.step as number;
  optimizer.lossScale?.restore(lossScaleOf(path, state.lossScale));
  if (dropout !== undefined) {
    if (!Number.isSafeInteger(state.dropoutPasses)) throw new InvalidModelError(path, 'has no dropoutPasses');
    dropout.passes = state.dropoutPasses as number;
  }
  for (const parameter of parameters) parameter.clearGradient();
}

function lossScaleOf(path: string, state: Partial<LossScaleState> | null | undefined): LossScaleState {
  if (state === undefined) return initialLossScale;
  const { scale, goodSteps } = state ?? {};
  if (typeof scale !== 'number' || !(scale >= 1) || !Number.isSafeInteger(goodSteps)) {
    throw new InvalidModelError(path, 'has a loss scale without scale and goodSteps');
  }
  return { scale, goodSteps: goodSteps as number };
}

async function readInto(
  path: string,
  parameters: readonly StoredParameter[],
  targets: (parameter: StoredParameter) => [string, ParameterPart][],
): Promise<void> {
  const file = await openSafetensors(path);
  try {
    for (const parameter of parameters) {
      for (const [name, part] of targets(parameter)) {
        if (file.tensors.get(name)?.shape.join() !== parameter.shape.join()) {
          throw new InvalidModelError(path, `has no tensor "${name}" of shape [${parameter.shape.join(', ')}]`);
        }
        await parameter.load(part, (into) => file.readFloat32(name, into));
      }
    }
  } finally {
    await file.close();
  }
}
