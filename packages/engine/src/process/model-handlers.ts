import {
  ProfitError,
  type Forward,
  type FrozenModel,
  type PassOptions,
  type TokenDistributions,
  type TrainableModel,
} from '@profit-sft/core';
import { signalArrays } from '../model/token-signals.js';
import { GenerationReports } from './generation-reports.js';
import type { GenerationReport, Method, Methods, PassSettings } from './protocol.js';
import type { Questions } from './questions.js';
import type { RunningGenerations } from './stopped-prompts.js';

export type Handlers = {
  [M in Method]: (
    call: number,
    ...args: Parameters<Methods[M]>
  ) => ReturnType<Methods[M]> | Promise<ReturnType<Methods[M]>>;
};

/** What the module of a model's process exports by this name. */
export type OpenModel = (directory: string, options: never) => Promise<FrozenModel>;

/** Does what the calls say, to a model that the first of them opens. */
export function modelHandlers(
  openModel: OpenModel,
  questions: Questions,
  running: RunningGenerations,
  send: (report: GenerationReport) => void,
): Handlers {
  let opened: FrozenModel | undefined;
  let held: { readonly call: number; readonly forward: Forward } | undefined;
  const distributions = new Map<number, { readonly own: TokenDistributions; readonly scored: number }>();
  const model = (): FrozenModel => {
    if (opened === undefined) throw new Error('no model is open');
    return opened;
  };
  // Only a parent that opened the model as one that trains has these calls to make.
  const trainable = (): TrainableModel => model() as TrainableModel;
  const passOptions = (call: number, { hasReference, ...settings }: PassSettings): PassOptions => ({
    ...settings,
    ...(hasReference ? { reference: questions.reference(call, model().description.vocabularySize) } : {}),
  });
  return {
    async open(_, directory, options) {
      opened = await openModel(directory, options as never);
      return opened.description;
    },
    async forward(call, batch, needs, options) {
      const forward = await trainable().forward(batch, needs, passOptions(call, options));
      held = { call, forward };
      return signalArrays(forward.signals);
    },
    backward(_, call, weights, coefficients) {
      if (held?.call !== call) throw new Error('backward needs a forward pass that is still held');
      return trainable().backward(held.forward, weights, coefficients);
    },
    release(_, call) {
      if (held?.call === call) held.forward.release();
    },
    update: (_, options) => trainable().update(options),
    clearGradients: () => trainable().clearGradients(),
    async score(call, batch, needs, options) {
      return signalArrays(await model().score(batch, needs, passOptions(call, options)));
    },
    async distributions(call, batch) {
      distributions.set(call, { own: await model().distributions(batch), scored: batch.scored.length });
    },
    logProbs(_, call, first, count) {
      const held = distributions.get(call);
      if (held === undefined) throw new Error('these distributions were released');
      const { own, scored } = held;
      if (first + count > scored) {
        throw new ProfitError('backend', `distributions of tokens ${first} to ${first + count} of ${scored}`);
      }
      return own.logProbs(first, count);
    },
    releaseDistributions(_, call) {
      distributions.get(call)?.own.release();
      distributions.delete(call);
    },
    planMemory: async (_, largest) => trainable().planMemory?.(largest),
    generate(call, prompts, { reports, reportsTokens, ...options }) {
      if (!reports) return model().generate(prompts, options);
      return running.run(call, async (stopped) => {
        const own = new GenerationReports(reportsTokens, stopped, (report) =>
          send({ type: 'generation', call, ...report }),
        );
        const generations = await model().generate(prompts, { ...options, ...own.callbacks });
        own.flush();
        return generations;
      });
    },
    save: (_, directory) => trainable().save(directory),
    saveState: (_, directory) => trainable().saveState(directory),
    loadState: (_, directory) => trainable().loadState(directory),
    dispose: () => model().dispose(),
  };
}
