import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendHealth, ModelBackend, TrainableModel } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { testModel, type TestModel, type TestModelName } from './test-models.js';

export type AnyBackendPlugin = ((options?: never) => ModelBackend) & {
  readonly pluginName: string;
  diagnose(): Promise<BackendHealth[]>;
};

/** How far numbers of an engine may be from those of the float64 reference, or from each other. */
export interface BackendTolerance {
  /** Signals and log-probabilities against the reference: |a − b| ≤ tolerance · max(1, |b|). Default 1e-4. */
  readonly signals: number;
  /** Signals of the same tokens in another batch, likewise. Default 1e-5. */
  readonly batches: number;
  /** Gradients and changes of weights against the reference, ‖a − b‖ / ‖b‖ of each parameter. Default 1e-3. */
  readonly gradients: number;
  /** Gradient norms, weights and log-probabilities of a run that went on from a saved state against those of the unbroken run. Default 0: bit for bit. */
  readonly resumption: number;
}

const defaultTolerance: BackendTolerance = { signals: 1e-4, batches: 1e-5, gradients: 1e-3, resumption: 0 };

/** A backend to check: a plugin with its options, which have to save models in F32. */
export interface BackendSubject {
  readonly plugin: AnyBackendPlugin;
  readonly options?: unknown;
  /** A folder of the caller's, into which the checks write models and states. */
  readonly folder: string;
  /** The model to check it on; default `llama`. */
  readonly model?: TestModelName;
  readonly tolerance?: Partial<BackendTolerance>;
}

export function toleranceOf({ tolerance }: BackendSubject): BackendTolerance {
  return { ...defaultTolerance, ...tolerance };
}

/** Names the backend and the model in messages. */
export function whereOf({ plugin, model = 'llama' }: BackendSubject): string {
  return `backend "${plugin.pluginName}" on ${model}`;
}

export function modelOf({ folder, model = 'llama' }: BackendSubject): Promise<TestModel> {
  return testModel(folder, model);
}

/** A new empty folder for what a check writes. */
export function scratchFolder({ folder }: BackendSubject): Promise<string> {
  return mkdtemp(join(folder, 'scratch-'));
}

export function openDirectory({ plugin, options }: BackendSubject, directory: string): Promise<TrainableModel> {
  return (plugin as (options?: unknown) => ModelBackend)(options).open(directory);
}

/** Opens a model, lets `work` use it, and disposes of it however that ends. */
export async function withModel<T>(
  subject: BackendSubject,
  work: (model: TrainableModel) => Promise<T>,
  directory?: string,
): Promise<T> {
  const model = await openDirectory(subject, directory ?? (await modelOf(subject)).directory);
  let result: T;
  try {
    result = await work(model);
  } catch (error) {
    // What went wrong first is what counts.
    await model.dispose().catch(() => undefined);
    throw error;
  }
  await model.dispose();
  return result;
}

/** What a call throws; a call that does not throw is against the contract. */
export async function refusalOf(subject: BackendSubject, what: string, call: () => Promise<unknown>): Promise<Error> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new ConformanceError(whereOf(subject), `${what} throws ${String(error)}, which is no Error`);
  }
  throw new ConformanceError(whereOf(subject), `${what} is accepted; it has to be refused with an error`);
}
