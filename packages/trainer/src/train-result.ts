import type { EncodingReport } from '@profit-sft/datasets';
import type { HeldOutRecord, RunState } from './run-state.js';

/** The outcome of a run, as in `result.json`. NLL and objective in nats per token. */
export interface TrainResult {
  /** `early-stopped`: the held-out NLL no longer fell. The saved model is the last one, not that of `bestStep`. */
  readonly status: 'completed' | 'early-stopped';
  /** Optimiser steps done. */
  readonly steps: number;
  /** Optimiser steps planned. */
  readonly totalSteps: number;
  /** Steps in which nothing was updated: every token was masked, or in mixed precision the scaled gradient overflowed. */
  readonly skippedSteps: number;
  /** Step with the lowest held-out NLL; 0 is the model before training. Only with held-out data. */
  readonly bestStep?: number;
  readonly metrics: {
    /** Held-out, before training and at the end; only with held-out data. */
    readonly evalNllBefore?: number;
    readonly evalNll?: number;
    readonly evalNllBest?: number;
    readonly evalObjectiveBefore?: number;
    readonly evalObjective?: number;
    readonly evalKeptFractionBefore?: number;
    readonly evalKeptFraction?: number;
    readonly evalMeanProbBefore?: number;
    readonly evalMeanProb?: number;
    /** Plain NLL of the first and of the last step's own tokens. */
    readonly trainNllFirst?: number;
    readonly trainNllLast?: number;
    /** Share of response tokens with a non-zero weight, over the whole run. */
    readonly keptFraction: number;
  };
  /** Tokens trained on, prompts included, and the response tokens among them. */
  readonly tokens: number;
  readonly scoredTokens: number;
  /** Absolute path of the trained model, a Hugging Face directory. */
  readonly model: string;
  readonly masking: { readonly name: string; readonly normaliser: string };
  /** What became of the rows when they were tokenised. */
  readonly data: { readonly train: EncodingReport; readonly evaluation?: EncodingReport };
  /** Wall time, over all resumptions. */
  readonly seconds: number;
}

function evaluationMetrics(first: HeldOutRecord, last: HeldOutRecord, best: HeldOutRecord) {
  return {
    evalNllBefore: first.meanNll,
    evalNll: last.meanNll,
    evalNllBest: best.meanNll,
    evalObjectiveBefore: first.objective,
    evalObjective: last.objective,
    evalKeptFractionBefore: first.keptFraction,
    evalKeptFraction: last.keptFraction,
    evalMeanProbBefore: first.meanProb,
    evalMeanProb: last.meanProb,
  };
}

export function trainResult(
  state: RunState,
  facts: Pick<TrainResult, 'status' | 'totalSteps' | 'model' | 'masking' | 'data'>,
): TrainResult {
  const { firstEvaluation: first, lastEvaluation: last, bestEvaluation: best } = state;
  const evaluated = first !== undefined && last !== undefined && best !== undefined;
  return {
    status: facts.status,
    steps: state.step,
    totalSteps: facts.totalSteps,
    skippedSteps: state.skippedSteps,
    ...(evaluated ? { bestStep: best.step } : {}),
    metrics: {
      ...(evaluated ? evaluationMetrics(first, last, best) : {}),
      ...(state.trainNllFirst === undefined ? {} : { trainNllFirst: state.trainNllFirst }),
      ...(state.trainNllLast === undefined ? {} : { trainNllLast: state.trainNllLast }),
      keptFraction: state.keptTokens / Math.max(1, state.scoredTokens),
    },
    tokens: state.tokens,
    scoredTokens: state.scoredTokens,
    model: facts.model,
    masking: facts.masking,
    data: facts.data,
    seconds: state.seconds,
  };
}
