import { schema, type InferOutput } from '@profit-sft/core';

const count = schema.integer({ minimum: 0 });
const heldOut = schema.object({
  step: count,
  meanNll: schema.number(),
  objective: schema.number(),
  keptFraction: schema.number(),
  meanProb: schema.number(),
  tokens: count,
});

/** Everything of a run besides the model and the rule that a checkpoint has to remember. */
export const runStateSchema = schema.object({
  /** Optimiser steps done. */
  step: count,
  skippedSteps: count,
  /** All tokens trained on so far, prompts included. */
  tokens: count,
  scoredTokens: count,
  keptTokens: count,
  /** Wall time in training so far, over all resumptions. */
  seconds: schema.number({ minimum: 0 }),
  trainNllFirst: schema.optional(schema.number()),
  trainNllLast: schema.optional(schema.number()),
  firstEvaluation: schema.optional(heldOut),
  lastEvaluation: schema.optional(heldOut),
  bestEvaluation: schema.optional(heldOut),
  /** Evaluations since the last one that improved enough. */
  evaluationsWithoutImprovement: count,
  /** The held-out NLL that the next evaluation has to beat. */
  nllToBeat: schema.optional(schema.number()),
  /** Σ p and tokens of the first steps, and whether any of their weights was not 1. */
  openingProbability: schema.number({ minimum: 0 }),
  openingTokens: count,
  openingWeighted: schema.boolean(),
  /** Codes of the warnings that were given. */
  warned: schema.array(schema.string()),
});

/** The state as it stands at one moment; replaced, not changed, as the run goes on. */
export type RunState = InferOutput<typeof runStateSchema>;
export type HeldOutRecord = NonNullable<RunState['lastEvaluation']>;

export const initialRunState: RunState = {
  step: 0,
  skippedSteps: 0,
  tokens: 0,
  scoredTokens: 0,
  keptTokens: 0,
  seconds: 0,
  trainNllFirst: undefined,
  trainNllLast: undefined,
  firstEvaluation: undefined,
  lastEvaluation: undefined,
  bestEvaluation: undefined,
  evaluationsWithoutImprovement: 0,
  nllToBeat: undefined,
  openingProbability: 0,
  openingTokens: 0,
  openingWeighted: false,
  warned: [],
};

/** The state after an evaluation; an improvement is a held-out NLL lower than the best by more than `minimumImprovement`. */
export function afterEvaluation(state: RunState, evaluation: HeldOutRecord, minimumImprovement: number): RunState {
  const improved = state.nllToBeat === undefined || evaluation.meanNll < state.nllToBeat - minimumImprovement;
  const best = state.bestEvaluation;
  return {
    ...state,
    firstEvaluation: state.firstEvaluation ?? evaluation,
    lastEvaluation: evaluation,
    bestEvaluation: best === undefined || evaluation.meanNll < best.meanNll ? evaluation : best,
    nllToBeat: improved ? evaluation.meanNll : state.nllToBeat,
    evaluationsWithoutImprovement: improved ? 0 : state.evaluationsWithoutImprovement + 1,
  };
}
