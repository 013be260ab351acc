import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { openSafetensors, writeSafetensors } from '@profit-sft/models';
import type { Adamw } from '../optimizer/adamw.js';
import type { Parameter } from './parameters.js';

/** One file for weights and one for both moments, all in F32: what an exact continuation needs. */
const weightsFile = 'weights.safetensors';
const momentsFile = 'moments.safetensors';
const stepFile = 'optimizer.json';

const momentNames = { firstMoment: 'first_moment', secondMoment: 'second_moment' } as const;

/** Writes weights, moments and the optimiser's step count to `directory`. */
export async function saveTrainingState(
  directory: string,
  parameters: readonly Parameter[],
  optimizer: Adamw,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeSafetensors(
    join(directory, weightsFile),
    parameters.map(({ name, shape, weight }) => ({ name, dtype: 'F32', shape, data: weight })),
  );
  await writeSafetensors(
    join(directory, momentsFile),
    parameters.flatMap((parameter) =>
      (['firstMoment', 'secondMoment'] as const).map((moment) => ({
        name: `${momentNames[moment]}.${parameter.name}`,
        dtype: 'F32' as const,
        shape: parameter.shape,
        data: () => parameter[moment],
      })),
    ),
  );
  await writeFile(join(directory, stepFile), `${JSON.stringify({ step: optimizer.step })}\n`);
}

/** Reads what {@link saveTrainingState} wrote. Throws `InvalidModelError` when it belongs to another model. */
export async function loadTrainingState(
  directory: string,
  parameters: readonly Parameter[],
  optimizer: Adamw,
): Promise<void> {
  await readInto(join(directory, weightsFile), parameters, (parameter) => [[parameter.name, parameter.weight]]);
  await readInto(join(directory, momentsFile), parameters, (parameter) => [
    [`${momentNames.firstMoment}.${parameter.name}`, parameter.firstMoment],
    [`${momentNames.secondMoment}.${parameter.name}`, parameter.secondMoment],
  ]);
  const path = join(directory, stepFile);
  const state = JSON.parse(await readFile(path, 'utf8')) as { step?: unknown };
  if (!Number.isSafeInteger(state.step)) throw new InvalidModelError(path, 'has no step count');
  optimizer.step = state.step as number;
  for (const parameter of parameters) parameter.clearGradient();
}

async function readInto(
  path: string,
  parameters: readonly Parameter[],
  targets: (parameter: Parameter) => [string, Float32Array][],
): Promise<void> {
  const file = await openSafetensors(path);
  try {
    for (const parameter of parameters) {
      for (const [name, into] of targets(parameter)) {
        if (file.tensors.get(name)?.shape.join() !== parameter.shape.join()) {
          throw new InvalidModelError(path, `has no tensor "${name}" of shape [${parameter.shape.join(', ')}]`);
        }
        await file.readFloat32(name, into);
      }
    }
  } finally {
    await file.close();
  }
}
