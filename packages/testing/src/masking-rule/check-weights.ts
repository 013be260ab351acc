import { type DistributionTerm, type MaskingRule, type TokenSignals } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';

function checkNumbers(where: string, what: string, signals: TokenSignals, numbers: unknown): Float32Array {
  if (!(numbers instanceof Float32Array)) {
    throw new ConformanceError(where, `must return a Float32Array of ${what}s`);
  }
  if (numbers.length !== signals.length) {
    throw new ConformanceError(where, `returned ${numbers.length} ${what}s for ${signals.length} tokens`);
  }
  numbers.forEach((number, token) => {
    if (Number.isFinite(number)) return;
    throw new ConformanceError(where, `${what} ${number} of token ${token} (log p = ${signals.logProb[token]})`);
  });
  return numbers;
}

/** One finite weight ≥ 0 for each token, and 0 or 1 only where the rule says so: what the trainer demands. */
export function checkWeights(
  where: string,
  { binary }: Pick<MaskingRule, 'binary'>,
  signals: TokenSignals,
  weights: unknown,
): void {
  checkNumbers(where, 'weight', signals, weights).forEach((weight, token) => {
    const about = `weight ${weight} of token ${token} (log p = ${signals.logProb[token]})`;
    if (weight < 0) throw new ConformanceError(where, `${about}; weights must be ≥ 0`);
    if (binary && weight !== 0 && weight !== 1) {
      throw new ConformanceError(where, `${about}; the rule says that its weights are 0 or 1 only ("binary: true")`);
    }
  });
}

/** One finite coefficient for each token, of either sign, and a temperature above 0 where the term has one. */
export function checkCoefficients(
  where: string,
  { towards, temperature }: DistributionTerm,
  signals: TokenSignals,
  coefficients: unknown,
): void {
  if (towards === 'tempered' && !(Number.isFinite(temperature) && (temperature as number) > 0)) {
    throw new ConformanceError(where, `a term towards "tempered" needs a temperature above 0, it has ${temperature}`);
  }
  checkNumbers(where, 'coefficient', signals, coefficients);
}
