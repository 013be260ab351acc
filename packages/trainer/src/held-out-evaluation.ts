import { createRandom, type MaskingRule, type TokenBatch, type TrainableModel } from '@profit-sft/core';
import { checkedWeights } from './checked-weights.js';
import { normaliserTotal, normaliseWeights, type StepCounts } from './normalise-weights.js';
import { addTokens, assertFiniteSignals, emptyTotals, tokenMeans } from './token-totals.js';

export interface HeldOutOptions {
  readonly model: TrainableModel;
  readonly rule: MaskingRule;
  readonly batches: readonly TokenBatch[];
  /** Of the whole held-out set. */
  readonly counts: StepCounts;
  readonly seed: number;
  /** Optimiser steps done. */
  readonly step: number;
  readonly totalSteps: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the model makes of the held-out data. */
export interface HeldOutResult {
  /** Plain NLL in nats per token over all targets. */
  readonly meanNll: number;
  /** The rule's own objective, with its normaliser over the whole held-out set. */
  readonly objective: number;
  readonly keptFraction: number;
  readonly meanProb: number;
  readonly tokens: number;
}

/**
 * Scores the held-out data, or returns undefined when the signal aborted it in between. A rule with a state is given it
 * back afterwards: evaluating changes nothing in the run. The rule's random numbers are those of the evaluation set, the
 * same every time, so that evaluations of one run can be compared.
 */
export async function evaluateHeldOut(options: HeldOutOptions): Promise<HeldOutResult | undefined> {
  const { model, rule, batches, counts, seed, step, totalSteps, signal } = options;
  const saved = rule.state === undefined ? undefined : structuredClone(rule.state.save());
  const totals = emptyTotals();
  try {
    for (const [index, batch] of batches.entries()) {
      if (signal?.aborted === true) return undefined;
      const signals = await model.score(batch, rule.needs);
      assertFiniteSignals(signals, step);
      const random = createRandom(seed, 'masking', 'evaluation', index);
      const weights = checkedWeights(rule, signals, { step, totalSteps, random });
      addTokens(totals, signals, weights, normaliseWeights(weights, signals, rule.normaliser, counts));
    }
  } finally {
    if (saved !== undefined) rule.state?.load(saved);
  }
  const { meanNll, keptFraction, meanProb } = tokenMeans(totals);
  const objective = totals.kept === 0 ? 0 : totals.objective / normaliserTotal(rule.normaliser, counts, totals.weight);
  return { meanNll, objective, keptFraction, meanProb, tokens: totals.tokens };
}
