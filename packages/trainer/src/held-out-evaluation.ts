import {
  createRandom,
  type Example,
  type ProbabilityCounts,
  type TokenBatch,
  type TokenSignals,
  type TokenVocabulary,
  type TracedExample,
  type WeighContext,
} from '@profit-sft/core';
import { normaliserTotal, normaliseWeights, type StepCounts } from './normalise-weights.js';
import { scoreSignals, type SignalSources } from './rule-signals.js';
import { addTokens, assertFiniteSignals, emptyTotals, tokenMeans } from './token-totals.js';
import { weighTogether, weighTokens, type TokenWeights } from './weigh-tokens.js';

export interface HeldOutOptions extends SignalSources {
  readonly batches: readonly TokenBatch[];
  readonly examples: readonly Example[];
  /** Of the whole held-out set. */
  readonly counts: StepCounts;
  readonly vocabulary?: TokenVocabulary | undefined;
  readonly seed: number;
  /** Optimiser steps done. */
  readonly step: number;
  readonly totalSteps: number;
  /** How many of the first examples are traced token by token. */
  readonly traced: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the model makes of the held-out data, in numbers. */
export interface HeldOutMeans {
  /** Plain NLL in nats per token over all targets. */
  readonly meanNll: number;
  /** The rule's own objective, with its normaliser over the whole held-out set. */
  readonly objective: number;
  readonly keptFraction: number;
  readonly meanProb: number;
  readonly tokens: number;
}

export interface HeldOutResult {
  readonly means: HeldOutMeans;
  readonly counts: ProbabilityCounts;
  /** The first examples, without their texts. */
  readonly traced: readonly Pick<TracedExample, 'logProbs' | 'weights'>[];
}

/** As many digits as a reader of a log needs. */
const recorded = (value: number): number => Number(value.toPrecision(5));

/**
 * Scores the held-out data, or returns undefined when the signal aborted it in between. A rule with a state is given it
 * back afterwards: evaluating changes nothing in the run. The rule's random numbers are those of the evaluation set, the
 * same every time, so that evaluations of one run can be compared. A rule of scope `step` sees the whole set at once; a
 * snapshot's log-probabilities are the model's own here.
 */
export async function evaluateHeldOut(options: HeldOutOptions): Promise<HeldOutResult | undefined> {
  const { rule, batches, examples, counts, vocabulary, seed, step, totalSteps, signal } = options;
  const saved = rule.state === undefined ? undefined : structuredClone(rule.state.save());
  const totals = emptyTotals();
  const traced = examples.slice(0, options.traced).map(() => ({ logProbs: [] as number[], weights: [] as number[] }));
  const sources = examples.map(({ source }) => source);
  const context = (index: number): WeighContext => {
    const random = createRandom(seed, 'masking', 'evaluation', index);
    return { step, totalSteps, random, sources, ...(vocabulary === undefined ? {} : { vocabulary }) };
  };
  const add = (signals: TokenSignals, { weights, coefficients }: TokenWeights): void => {
    const normalised = (values: Float32Array): Float32Array =>
      normaliseWeights(values, signals, rule.normaliser, counts);
    addTokens(totals, signals, weights, normalised(weights), coefficients && normalised(coefficients));
    for (let token = 0; token < signals.length; token++) {
      const example = traced[signals.sequence[token]];
      if (example === undefined) continue;
      example.logProbs[signals.position[token]] = recorded(signals.logProb[token]);
      example.weights[signals.position[token]] = recorded(weights[token]);
    }
  };
  try {
    const whole: TokenSignals[] = [];
    for (const [index, batch] of batches.entries()) {
      if (signal?.aborted === true) return undefined;
      const signals = await scoreSignals(options, batch, { examples });
      assertFiniteSignals(signals, step);
      if (rule.scope === 'step') whole.push(signals);
      else add(signals, weighTokens(rule, signals, context(index)));
    }
    if (whole.length > 0) weighTogether(rule, whole, context(0)).forEach((given, index) => add(whole[index], given));
  } finally {
    if (saved !== undefined) rule.state?.load(saved);
  }
  const { meanNll, keptFraction, meanProb } = tokenMeans(totals);
  const divisor = normaliserTotal(rule.normaliser, counts, totals.weight);
  const { tokens, probabilityCounts, keptCounts } = totals;
  const objective = divisor === 0 ? 0 : totals.objective / divisor;
  return {
    means: { meanNll, objective, keptFraction, meanProb, tokens },
    counts: { probabilityCounts, keptCounts },
    traced,
  };
}
