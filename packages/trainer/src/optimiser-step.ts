import {
  createRandom,
  NonFiniteError,
  type MaskingRule,
  type RunConfig,
  type StepEvent,
  type TokenBatch,
  type TrainableModel,
} from '@profit-sft/core';
import { checkedWeights } from './checked-weights.js';
import { countStep, normaliserTotal, normaliseWeights } from './normalise-weights.js';
import { addTokens, assertFiniteSignals, emptyTotals, tokenMeans } from './token-totals.js';

export interface OptimiserStepOptions {
  readonly model: TrainableModel;
  readonly rule: MaskingRule;
  readonly config: Pick<RunConfig, 'optimizer' | 'maxGradientNorm' | 'seed'>;
  /** The micro-batches of the step. */
  readonly batches: readonly TokenBatch[];
  /** Number of sequences that the micro-batches were packed from. */
  readonly sequences: number;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly learningRate: number;
}

/** What one step did; a {@link StepEvent} without where it stands in the run. */
export type OptimiserStepResult = Omit<StepEvent, 'type' | 'step' | 'epoch' | 'seconds'>;

/**
 * One optimiser step: weighs every micro-batch, accumulates its gradient, and updates with the normaliser of the whole
 * step. When every token is masked the model stays as it is and `gradientNorm` is null.
 * @throws NonFiniteError for a log-probability, objective or gradient norm that is not finite; nothing is updated then.
 * @throws InvalidWeightsError naming the rule.
 */
export async function takeOptimiserStep(options: OptimiserStepOptions): Promise<OptimiserStepResult> {
  const { model, rule, config, batches, step, totalSteps, learningRate } = options;
  const counts = countStep(batches, options.sequences);
  const totals = emptyTotals();
  try {
    for (const [microBatch, batch] of batches.entries()) {
      const forward = await model.forward(batch, rule.needs);
      let consumed = false;
      try {
        assertFiniteSignals(forward.signals, step);
        const random = createRandom(config.seed, 'masking', step, microBatch);
        const weights = checkedWeights(rule, forward.signals, { step, totalSteps, random });
        const numerators = normaliseWeights(weights, forward.signals, rule.normaliser, counts);
        addTokens(totals, forward.signals, weights, numerators);
        if (weights.some((weight) => weight !== 0)) {
          consumed = true;
          await model.backward(forward, numerators);
        }
      } finally {
        if (!consumed) forward.release();
      }
    }
    const normaliser = normaliserTotal(rule.normaliser, counts, totals.weight);
    const objective = totals.kept === 0 ? 0 : totals.objective / normaliser;
    if (!Number.isFinite(objective)) throw new NonFiniteError('the objective', { step });
    let gradientNorm: number | null = null;
    if (totals.kept > 0) {
      const update = await model.update({
        ...config.optimizer,
        learningRate,
        gradientScale: 1 / normaliser,
        maxGradientNorm: config.maxGradientNorm,
      });
      gradientNorm = update.gradientNorm;
      if (!Number.isFinite(gradientNorm)) throw new NonFiniteError('the gradient norm', { step });
    }
    return {
      objective,
      ...tokenMeans(totals),
      gradientNorm,
      learningRate,
      scoredTokens: counts.scoredTokens,
      tokens: counts.tokens,
    };
  } finally {
    // After an update there is nothing left to clear; after a masked step or an error there may be.
    model.clearGradients();
  }
}
