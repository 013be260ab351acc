import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError, parseJson } from '@profit-sft/core';
import { openSafetensors, writeSafetensors, type SafetensorsFile, type TensorToWrite } from '@profit-sft/models';
import type { DropoutState, Optimizer } from './engine.js';
import { initialLossScale, type LossScaleState } from './loss-scale.js';
import type { ParameterPart, StoredParameter } from '../passes/parameters.js';

/** One file for weights and one for both moments, in F32, or F64 where they are wider: what an exact continuation needs. */
const weightsFile = 'weights.safetensors';
const momentsFile = 'moments.safetensors';
const stepFile = 'optimizer.json';

const moments = ['firstMoment', 'secondMoment'] as const;
const momentNames = { firstMoment: 'first_moment', secondMoment: 'second_moment' } as const;

function momentName({ name }: StoredParameter, moment: (typeof moments)[number]): string {
  return `${momentNames[moment]}.${name}`;
}

function tensorOf(parameter: StoredParameter, name: string, part: ParameterPart): TensorToWrite {
  const { shape, float64 } = parameter;
  if (float64 !== undefined) return { name, shape, dtype: 'F64', data: () => float64.read(part) };
  return { name, shape, dtype: 'F32', data: () => parameter.read(part) };
}

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
    parameters.map((parameter) => tensorOf(parameter, parameter.name, 'weight')),
  );
  await writeSafetensors(
    join(directory, momentsFile),
    parameters.flatMap((parameter) =>
      moments.map((moment) => tensorOf(parameter, momentName(parameter, moment), moment)),
    ),
  );
  const state = { step: optimizer.step, lossScale: optimizer.lossScale?.state, dropoutPasses: dropout?.passes };
  await writeFile(join(directory, stepFile), `${JSON.stringify(state)}\n`);
}

/**
 * Reads what {@link saveTrainingState} wrote. Throws `InvalidModelError` when it belongs to another model, before anything is
 * changed. The state of another precision is taken: what is wider is rounded; a loss scale that it lacks starts anew, and one that
 * nothing needs is left.
 */
export async function loadTrainingState(
  directory: string,
  parameters: readonly StoredParameter[],
  optimizer: Optimizer,
  dropout?: DropoutState,
): Promise<void> {
  const path = join(directory, stepFile);
  const weights = await openSafetensors(join(directory, weightsFile));
  try {
    const ofMoments = await openSafetensors(join(directory, momentsFile));
    try {
      for (const parameter of parameters) {
        requireTensor(weights, parameter.name, parameter);
        for (const moment of moments) requireTensor(ofMoments, momentName(parameter, moment), parameter);
      }
      const { step, lossScale, dropoutPasses } = await readStep(path);
      if (dropout !== undefined && !Number.isSafeInteger(dropoutPasses)) {
        throw new InvalidModelError(path, 'has no dropoutPasses');
      }
      for (const parameter of parameters) {
        await load(weights, parameter.name, parameter, 'weight');
        for (const moment of moments) await load(ofMoments, momentName(parameter, moment), parameter, moment);
      }
      optimizer.step = step;
      optimizer.lossScale?.restore(lossScale);
      if (dropout !== undefined) dropout.passes = dropoutPasses as number;
    } finally {
      await ofMoments.close();
    }
  } finally {
    await weights.close();
  }
  for (const parameter of parameters) parameter.clearGradient();
}

async function readStep(path: string): Promise<{ step: number; lossScale: LossScaleState; dropoutPasses: unknown }> {
  let state: { step?: unknown; lossScale?: Partial<LossScaleState> | null; dropoutPasses?: unknown };
  try {
    state = parseJson(await readFile(path, 'utf8')) as typeof state;
  } catch (cause) {
    throw new InvalidModelError(path, `cannot be read (${(cause as Error).message})`, { cause });
  }
  if (typeof state !== 'object' || state === null) throw new InvalidModelError(path, 'must hold a JSON object');
  if (!Number.isSafeInteger(state.step) || (state.step as number) < 0)
    throw new InvalidModelError(path, 'has no step count');
  const { step, lossScale, dropoutPasses } = state;
  return { step: step as number, lossScale: lossScaleOf(path, lossScale), dropoutPasses };
}

function lossScaleOf(path: string, state: Partial<LossScaleState> | null | undefined): LossScaleState {
  if (state === undefined) return initialLossScale;
  const { scale, goodSteps } = state ?? {};
  if (typeof scale !== 'number' || !(scale >= 1) || !Number.isSafeInteger(goodSteps)) {
    throw new InvalidModelError(path, 'has a loss scale without scale and goodSteps');
  }
  return { scale, goodSteps: goodSteps as number };
}

function requireTensor(file: SafetensorsFile, name: string, { shape }: StoredParameter): void {
  if (file.tensors.get(name)?.shape.join() === shape.join()) return;
  throw new InvalidModelError(file.path, `has no tensor "${name}" of shape [${shape.join(', ')}]`);
}

function load(file: SafetensorsFile, name: string, parameter: StoredParameter, part: ParameterPart): Promise<void> {
  const { float64 } = parameter;
  if (float64 !== undefined) return float64.load(part, (into) => file.readFloat64(name, into));
  return parameter.load(part, (into) => file.readFloat32(name, into));
}
