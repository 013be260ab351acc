import {
  createRandom,
  NonFiniteError,
  type Example,
  type RunConfig,
  type StepEvent,
  type TokenBatch,
  type TokenSignals,
  type TokenVocabulary,
  type WeighContext,
} from '@profit-sft/core';
import { failedStep } from './failed-step.js';
import { countStep, normaliserTotal, normaliseWeights } from './normalise-weights.js';
import { forwardSignals, scoreSignals, type TrainingSources } from './rule-signals.js';
import { addTokens, assertFiniteSignals, emptyTotals, tokenMeans } from './token-totals.js';
import { weighTogether, weighTokens, type TokenWeights } from './weigh-tokens.js';

export interface OptimiserStepOptions extends TrainingSources {
  readonly config: Pick<RunConfig, 'optimizer' | 'maxGradientNorm' | 'seed'>;
  /** The micro-batches of the step. */
  readonly batches: readonly TokenBatch[];
  /** The sequences that the micro-batches were packed from. */
  readonly examples: readonly Example[];
  /** For each micro-batch, log-probabilities under the last snapshot, for a rule that needs them. */
  readonly previous?: readonly Float32Array[] | undefined;
  readonly vocabulary?: TokenVocabulary | undefined;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly learningRate: number;
}

/** What one step did; a {@link StepEvent} without where it stands in the run. */
export type OptimiserStepResult = Omit<StepEvent, 'type' | 'step' | 'epoch' | 'seconds'>;

/** Weights of every micro-batch from one look at all of them, for a rule of scope `step`. */
async function weighStep(options: OptimiserStepOptions, context: WeighContext): Promise<TokenWeights[]> {
  const parts: TokenSignals[] = [];
  for (const [index, batch] of options.batches.entries()) {
    const origin = { examples: options.examples, previous: options.previous?.[index] };
    const signals = await scoreSignals(options, batch, origin);
    assertFiniteSignals(signals, options.step);
    parts.push(signals);
  }
  return weighTogether(options.rule, parts, context);
}

/**
 * One optimiser step: weighs every micro-batch, accumulates its gradient, and updates with the normaliser of the whole
 * step. When every token is masked, or the scaled gradient of mixed precision overflowed, the model stays as it is and
 * `gradientNorm` is null.
 * @throws NonFiniteError for a log-probability, objective or gradient norm that is not finite; nothing is updated then.
 * @throws InvalidWeightsError naming the rule.
 * @throws FailedStepError where something else was thrown.
 */
export async function takeOptimiserStep(options: OptimiserStepOptions): Promise<OptimiserStepResult> {
  const { model, rule, config, batches, examples, step, totalSteps, learningRate, vocabulary } = options;
  const counts = countStep(batches, examples.length);
  const totals = emptyTotals();
  const sources = examples.map(({ source }) => source);
  const context = (microBatch: number): WeighContext => {
    const random = createRandom(config.seed, 'masking', step, microBatch);
    return { step, totalSteps, random, sources, ...(vocabulary === undefined ? {} : { vocabulary }) };
  };
  let trained = false;
  let place = `step ${step}`;
  try {
    const weighed = rule.scope === 'step' && batches.length > 1 ? await weighStep(options, context(0)) : undefined;
    for (const [microBatch, batch] of batches.entries()) {
      place = `step ${step}, micro-batch ${microBatch + 1} of ${batches.length}, ${batch.tokens.length} tokens`;
      const origin = { examples, previous: options.previous?.[microBatch] };
      const pass = await forwardSignals(options, batch, origin, weighed !== undefined);
      let consumed = false;
      try {
        const { signals } = pass;
        assertFiniteSignals(signals, step);
        const given = weighed?.[microBatch] ?? weighTokens(rule, signals, context(microBatch));
        const normalised = (values: Float32Array): Float32Array =>
          normaliseWeights(values, signals, rule.normaliser, counts);
        const numerators = normalised(given.weights);
        const coefficients = given.coefficients && normalised(given.coefficients);
        addTokens(totals, signals, given.weights, numerators, coefficients);
        if ([given.weights, given.coefficients].some((values) => values?.some((value) => value !== 0))) {
          consumed = true;
          trained = true;
          await pass.backward(numerators, coefficients);
        }
      } finally {
        if (!consumed) pass.release();
      }
    }
    place = `step ${step}, update`;
    const normaliser = normaliserTotal(rule.normaliser, counts, totals.weight);
    const objective = trained ? totals.objective / normaliser : 0;
    if (!Number.isFinite(objective)) throw new NonFiniteError('the objective', { step });
    let gradientNorm: number | null = null;
    let overflowed = false;
    if (trained) {
      const update = await model.update({
        ...config.optimizer,
        learningRate,
        gradientScale: 1 / normaliser,
        maxGradientNorm: config.maxGradientNorm,
      });
      overflowed = update.overflowed === true;
      gradientNorm = overflowed ? null : update.gradientNorm;
      if (!overflowed && !Number.isFinite(gradientNorm)) throw new NonFiniteError('the gradient norm', { step });
    }
    return {
      objective,
      ...tokenMeans(totals),
      probabilityCounts: totals.probabilityCounts,
      keptCounts: totals.keptCounts,
      gradientNorm,
      ...(overflowed ? { overflowed } : {}),
      learningRate,
      scoredTokens: counts.scoredTokens,
      tokens: counts.tokens,
    };
  } catch (error) {
    throw failedStep(error, place);
  } finally {
    // After an update there is nothing left to clear; after a masked step or an error there may be.
    model.clearGradients();
  }
}
