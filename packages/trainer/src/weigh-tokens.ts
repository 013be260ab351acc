import type { MaskingRule, TokenSignals, WeighContext } from '@profit-sft/core';
import { checkedCoefficients, checkedWeights } from './checked-weights.js';
import { concatenateSignals } from './concatenate-signals.js';

/** A rule's weights of −log p, and its coefficients of the second loss term where it has one. */
export interface TokenWeights {
  readonly weights: Float32Array;
  readonly coefficients: Float32Array | undefined;
}

/** @throws InvalidWeightsError naming the rule */
export function weighTokens(rule: MaskingRule, signals: TokenSignals, context: WeighContext): TokenWeights {
  return {
    weights: checkedWeights(rule, signals, context),
    coefficients: checkedCoefficients(rule, signals, context),
  };
}

/** Weighs the tokens of several micro-batches at once; the weights of each micro-batch. */
export function weighTogether(
  rule: MaskingRule,
  parts: readonly TokenSignals[],
  context: WeighContext,
): TokenWeights[] {
  const { weights, coefficients } = weighTokens(rule, concatenateSignals(parts), context);
  let start = 0;
  return parts.map(({ length }) => {
    const end = (start += length);
    return {
      weights: weights.subarray(end - length, end),
      coefficients: coefficients?.subarray(end - length, end),
    };
  });
}
