import type {
  BatchShape,
  GenerateOptions,
  Generation,
  MemoryPlan,
  ModelDescription,
  ModelSignalName,
  SignalSettings,
  TokenBatch,
  UpdateOptions,
  UpdateResult,
} from '@profit-sft/core';
import type { HeadSignalArrays } from '../passes/passes.js';
import type { SerialisedError } from './serialised-error.js';

/** `PassOptions` whose reference stays where it is and is asked, see {@link Question}. */
export interface PassSettings extends SignalSettings {
  readonly hasReference: boolean;
}

/** `GenerateOptions` whose callback stays where it is. */
export interface GenerateSettings extends Omit<GenerateOptions, 'onProgress' | 'until' | 'onFinished'> {
  /** Whether {@link Progress} is wanted. */
  readonly reports: boolean;
}

/**
 * What the process of a model does. Calls are done one after the other, in the order in which they were sent. A held
 * forward pass, and distributions, are known by the `id` of the call that made them.
 */
export interface Methods {
  open(directory: string, options: unknown): ModelDescription;
  forward(batch: TokenBatch, needs: readonly ModelSignalName[], options: PassSettings): HeadSignalArrays;
  backward(forward: number, weights: Float32Array, coefficients?: Float32Array): void;
  release(forward: number): void;
  update(options: UpdateOptions): UpdateResult;
  clearGradients(): void;
  score(batch: TokenBatch, needs: readonly ModelSignalName[], options: PassSettings): HeadSignalArrays;
  distributions(batch: TokenBatch): void;
  logProbs(distributions: number, first: number, count: number): Float32Array;
  releaseDistributions(distributions: number): void;
  planMemory(largest: BatchShape): MemoryPlan | undefined;
  generate(prompts: readonly Int32Array[], options: GenerateSettings): Generation[];
  save(directory: string): void;
  saveState(directory: string): void;
  loadState(directory: string): void;
  dispose(): void;
}

export type Method = keyof Methods;

export type Call<M extends Method = Method> = {
  readonly [K in M]: {
    readonly type: 'call';
    readonly id: number;
    readonly method: K;
    readonly args: Parameters<Methods[K]>;
  };
}[M];

export type Outcome<T> = { readonly value: T } | { readonly error: SerialisedError };

/** To what {@link Question} asked. */
export interface Answer {
  readonly type: 'answer';
  readonly question: number;
  readonly outcome: Outcome<Float32Array>;
}

export type ToEngine = Call | Answer;

export interface Reply {
  readonly type: 'reply';
  readonly call: number;
  readonly outcome: Outcome<unknown>;
}

/** Of `generate`: tokens so far. */
export interface Progress {
  readonly type: 'progress';
  readonly call: number;
  readonly tokens: number;
}

/** Asks for log-probabilities of the reference that a forward pass or a scoring was given; while a call runs. */
export interface Question {
  readonly type: 'question';
  readonly id: number;
  readonly call: number;
  readonly first: number;
  readonly count: number;
}

export type FromEngine = Reply | Progress | Question;
