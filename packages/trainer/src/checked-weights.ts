import { ProfitError, type MaskingRule, type TokenSignals, type WeighContext } from '@profit-sft/core';
import { describeThrown } from './failed-step.js';

/** A masking rule that threw, or returned something other than one finite, non-negative weight per token. */
export class InvalidWeightsError extends ProfitError {
  constructor(rule: string, step: number, message: string, options?: { cause?: unknown }) {
    super('config', `masking rule "${rule}" at step ${step}: ${message}`, options);
  }
}

/** What the rule gives; what it throws comes with its name. */
function asked<T>(rule: MaskingRule, { step }: WeighContext, ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    throw new InvalidWeightsError(rule.name, step, `threw ${describeThrown(cause)}`, { cause });
  }
}

/** Asks the rule for its weights and checks them, so that a faulty rule cannot train a model on nonsense. */
export function checkedWeights(rule: MaskingRule, signals: TokenSignals, context: WeighContext): Float32Array {
  const weights = asked(rule, context, () => rule.weigh(signals, context));
  const refuse = (message: string): never => {
    throw new InvalidWeightsError(rule.name, context.step, message);
  };
  if (!(weights instanceof Float32Array)) return refuse('must return a Float32Array');
  if (weights.length !== signals.length) refuse(`returned ${weights.length} weights for ${signals.length} tokens`);
  for (let token = 0; token < weights.length; token++) {
    const weight = weights[token];
    if (!Number.isFinite(weight) || weight < 0) {
      refuse(`weight ${weight} of token ${token} (log p = ${signals.logProb[token]}); weights must be finite and ≥ 0`);
    }
    if (rule.binary && weight !== 0 && weight !== 1) {
      refuse(`weight ${weight} of token ${token}; the rule says that its weights are 0 or 1 only`);
    }
  }
  return weights;
}

/** The coefficients of the rule's second loss term, checked; undefined for a rule without one. */
export function checkedCoefficients(
  rule: MaskingRule,
  signals: TokenSignals,
  context: WeighContext,
): Float32Array | undefined {
  const { distributionTerm: term } = rule;
  if (term === undefined) return undefined;
  const coefficients = asked(rule, context, () => term.coefficients(signals, context));
  const refuse = (message: string): never => {
    throw new InvalidWeightsError(rule.name, context.step, message);
  };
  if (!(coefficients instanceof Float32Array)) return refuse('the coefficients must be a Float32Array');
  if (coefficients.length !== signals.length) {
    refuse(`returned ${coefficients.length} coefficients for ${signals.length} tokens`);
  }
  const wrong = coefficients.findIndex((coefficient) => !Number.isFinite(coefficient));
  if (wrong >= 0) refuse(`coefficient ${coefficients[wrong]} of token ${wrong}; coefficients must be finite`);
  return coefficients;
}
