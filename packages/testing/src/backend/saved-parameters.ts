import type { TrainableModel } from '@profit-sft/core';
import { openCheckpoint, readModelConfig, verifyCheckpoint } from '@profit-sft/models';
import type { ReferenceArray } from '@profit-sft/graph';
import { ConformanceError } from '../problem.js';
import { scratchFolder, whereOf, type BackendSubject } from './backend-subject.js';
import type { ParameterArrays } from './reference-pass.js';

/** The parameters of a model directory. */
export async function parametersOf(directory: string): Promise<ParameterArrays> {
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory, config);
  try {
    verifyCheckpoint(checkpoint, config);
    const parameters = new Map<string, ReferenceArray>();
    for (const [name, { shape }] of checkpoint.tensors) {
      parameters.set(name, { shape, data: Float64Array.from(await checkpoint.readFloat32(name)) });
    }
    return parameters;
  } finally {
    await checkpoint.close();
  }
}

/** A model's present parameters, which the contract shows by `save` only. */
export async function savedParameters(subject: BackendSubject, model: TrainableModel): Promise<ParameterArrays> {
  const directory = await scratchFolder(subject);
  await model.save(directory);
  try {
    return await parametersOf(directory);
  } catch (cause) {
    throw new ConformanceError(whereOf(subject), `what save writes cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}
