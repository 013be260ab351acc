import type { Value, Values } from '../runtime/runtime.js';
import type { ParameterValues, WeightValues } from './layer-runner.js';

/** The norm before the output head; only layer norm has a bias. */
export interface FinalNorm<P> {
  readonly weight: P;
  readonly bias: P | undefined;
}

/** What the head's programs take: `norm`, `normBias`. */
export function normWeights<V extends Value>({ weight, bias }: FinalNorm<WeightValues<V>>): Values<V> {
  return { norm: weight.weightTensor, ...(bias && { normBias: bias.weightTensor }) };
}

/** The sums of gradients so far and the new ones, which are the same memory. */
export function normSums<V extends Value>({
  weight,
  bias,
}: FinalNorm<ParameterValues<V>>): {
  sums: Values<V>;
  newSums: Values<V>;
} {
  return {
    sums: { 'gradient:norm': weight.gradientTensor, ...(bias && { 'gradient:normBias': bias.gradientTensor }) },
    newSums: {
      'newGradient:norm': weight.gradientTensor,
      ...(bias && { 'newGradient:normBias': bias.gradientTensor }),
    },
  };
}
