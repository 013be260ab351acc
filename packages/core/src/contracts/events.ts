import type { MemoryPlan } from './model-backend.js';

/** What happens in a run, one JSON object per line of `events.jsonl`. Times are not recorded in `step` order of files. */
export type RunEvent =
  | {
      readonly type: 'start';
      readonly step: number;
      readonly totalSteps: number;
      readonly parameters: number;
      readonly runtime: string;
      readonly masking: string;
      readonly seed: number;
    }
  /** What training will take in memory, in bytes, where the engine knows it. */
  | ({ readonly type: 'memory'; readonly step: number } & MemoryPlan)
  | StepEvent
  | EvaluationEvent
  | TokensEvent
  /** Work before the first step, for those who watch; not in the log. */
  | {
      readonly type: 'preparation';
      readonly step: number;
      readonly what: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'checkpoint'; readonly step: number; readonly directory: string }
  | { readonly type: 'warning'; readonly step: number; readonly code: string; readonly message: string }
  | { readonly type: 'resume'; readonly step: number; readonly directory: string }
  | { readonly type: 'end'; readonly step: number; readonly status: RunStatus };

export type RunStatus = 'completed' | 'early-stopped' | 'interrupted';

/** How many of {@link ProbabilityCounts}' bins there are. */
export const probabilityBins = 20;

/** Reference tokens by the probability the model gives them, in {@link probabilityBins} bins of equal width over [0, 1]. */
export interface ProbabilityCounts {
  /** A probability on a bin's edge counts in the upper one, and 1 in the last. */
  readonly probabilityCounts: readonly number[];
  /** Of these, the tokens with a non-zero weight. */
  readonly keptCounts: readonly number[];
}

/** What a model makes of reference tokens: those of a step, or of the held-out data. */
export interface TokenMeans extends ProbabilityCounts {
  /** Σ w·(−log p) / normaliser: what a step minimises. */
  readonly objective: number;
  /** Plain mean NLL over all reference tokens, nats per token, whatever the rule. */
  readonly meanNll: number;
  /** Share of reference tokens with a non-zero weight. */
  readonly keptFraction: number;
  /** Mean probability of the reference tokens. */
  readonly meanProb: number;
}

/** The held-out data under the model as it is after `step` optimiser steps. */
export interface EvaluationEvent extends TokenMeans {
  readonly type: 'evaluation';
  readonly step: number;
  /** Targets. */
  readonly tokens: number;
}

/** The first `tracedExamples` held-out examples, token by token, at an evaluation. */
export interface TokensEvent {
  readonly type: 'tokens';
  readonly step: number;
  readonly examples: readonly TracedExample[];
}

export interface TracedExample {
  /** What a person sees of each token, context included; only in the first such event of a log. */
  readonly texts?: readonly string[];
  /** Where in `texts` the targets are; only together with it. */
  readonly targets?: readonly number[];
  /** Natural log of each target's probability, to five digits. */
  readonly logProbs: readonly number[];
  /** The weight the rule gives each target, to five digits. */
  readonly weights: readonly number[];
}

/** One optimiser step. */
export interface StepEvent extends TokenMeans {
  readonly type: 'step';
  /** From 1. */
  readonly step: number;
  /** Fraction of epochs done. */
  readonly epoch: number;
  /** Mean weight over all response tokens. */
  readonly meanWeight: number;
  /** Global L2 norm before clipping; `null` when the step was skipped: every token was masked, or `overflowed`. */
  readonly gradientNorm: number | null;
  /** In mixed precision: the scaled gradient was not finite, so that the model was not updated. */
  readonly overflowed?: boolean;
  readonly learningRate: number;
  /** Response tokens of the step. */
  readonly scoredTokens: number;
  /** All tokens of the step. */
  readonly tokens: number;
  /** Duration of the step. */
  readonly seconds: number;
}

/** Receives the events of a run: a file, a progress bar, an experiment tracker. */
export interface EventSink {
  write(event: RunEvent): void | Promise<void>;
  close?(): void | Promise<void>;
}
