import type { TokenSignals } from '@profit-sft/core';

/** One weight per token of `signals`, each from the token's index alone. */
export function weighEachToken(signals: TokenSignals, weightOf: (token: number) => number): Float32Array {
  const weights = new Float32Array(signals.length);
  for (let token = 0; token < signals.length; token++) weights[token] = weightOf(token);
  return weights;
}
