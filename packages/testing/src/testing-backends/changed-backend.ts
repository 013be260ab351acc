import { reference } from '@profit-sft/backend-reference';
import type { ModelBackend, ModelSignalName, TokenBatch, TokenSignals, TrainableModel } from '@profit-sft/core';
import type { AnyBackendPlugin } from '../backend/backend-subject.js';

/** What a backend does otherwise than the reference. */
export interface Change {
  readonly options?: Parameters<typeof reference>[0];
  open?(directory: string, open: (directory: string) => Promise<TrainableModel>): Promise<TrainableModel>;
  model?(model: TrainableModel, directory: string): Partial<TrainableModel>;
  readonly diagnose?: AnyBackendPlugin['diagnose'];
}

/** Every method of the contract, handed on. */
function handedOn(model: TrainableModel): TrainableModel {
  return {
    description: model.description,
    forward: (...pass) => model.forward(...pass),
    backward: (...pass) => model.backward(...pass),
    update: (options) => model.update(options),
    clearGradients: () => model.clearGradients(),
    score: (...pass) => model.score(...pass),
    distributions: (batch) => model.distributions(batch),
    generate: (...call) => model.generate(...call),
    save: (directory) => model.save(directory),
    saveState: (directory) => model.saveState(directory),
    loadState: (directory) => model.loadState(directory),
    dispose: () => model.dispose(),
  };
}

/** The reference backend, which keeps the contract, but for one thing. */
export function changedBackend({ options, open, model: change, diagnose }: Change): AnyBackendPlugin {
  const good = reference({ process: false, ...options });
  const opened = async (directory: string): Promise<TrainableModel> => {
    const model = await good.open(directory);
    return { ...handedOn(model), ...change?.(model, directory) };
  };
  const backend: ModelBackend = {
    name: 'changed',
    open: (directory) => (open === undefined ? opened(directory) : open(directory, opened)),
  };
  return Object.assign(() => backend, { pluginName: 'changed', diagnose: diagnose ?? reference.diagnose });
}

/** Both passes see another batch than they are given. */
export function seesBatch(change: (batch: TokenBatch) => TokenBatch): Change {
  return {
    model: (model) => ({
      forward: (batch, needs, options) => model.forward(change(batch), needs, options),
      score: (batch, needs, options) => model.score(change(batch), needs, options),
    }),
  };
}

/** Both passes return other signals. */
export function givesSignals(
  change: (signals: TokenSignals, batch: TokenBatch, needs: readonly ModelSignalName[]) => TokenSignals,
): Change {
  return {
    model: (model) => ({
      async forward(batch, needs, options) {
        const forward = await model.forward(batch, needs, options);
        const signals = change(forward.signals, batch, needs);
        // The held pass stays the model's own.
        return Object.assign(forward, { signals });
      },
      score: async (batch, needs, options) => change(await model.score(batch, needs, options), batch, needs),
    }),
  };
}

/** `backward` takes other weights than it is given. */
export function takesWeights(change: (weights: Float32Array) => Float32Array): Change {
  return {
    model: (model) => ({
      backward: (forward, weights, coefficients) => model.backward(forward, change(weights), coefficients),
    }),
  };
}

/** `update` is given other options. */
export function takesOptions(
  change: (options: Parameters<TrainableModel['update']>[0]) => Parameters<TrainableModel['update']>[0],
): Change {
  return { model: (model) => ({ update: (options) => model.update(change(options)) }) };
}

type GenerateCall = Parameters<TrainableModel['generate']>;

/** `generate` is called otherwise than asked. */
export function generatesBy(change: (...call: GenerateCall) => GenerateCall): Change {
  return { model: (model) => ({ generate: (...call) => model.generate(...change(...call)) }) };
}
