import { NonFiniteError, probabilityBins, type TokenSignals } from '@profit-sft/core';

/** Sums over the scored tokens of a step or an evaluation, in float64. */
export interface TokenTotals {
  tokens: number;
  /** Σ −log p */
  nll: number;
  /** Σ p */
  probability: number;
  /** Tokens with a non-zero weight. */
  kept: number;
  /** Σ w */
  weight: number;
  /** Σ numerator · (−log p) + coefficient · CE(q, p), before the division by the normaliser. */
  objective: number;
  /** Tokens in each bin of p, and those with a non-zero weight. */
  readonly probabilityCounts: number[];
  readonly keptCounts: number[];
}

export function emptyTotals(): TokenTotals {
  const noCounts = (): number[] => new Array<number>(probabilityBins).fill(0);
  return {
    ...{ tokens: 0, nll: 0, probability: 0, kept: 0, weight: 0, objective: 0 },
    probabilityCounts: noCounts(),
    keptCounts: noCounts(),
  };
}

/** Refuses log-probabilities that are NaN or infinite, naming the step after which or in which they came up. */
export function assertFiniteSignals({ logProb }: Pick<TokenSignals, 'logProb'>, step: number): void {
  if (!logProb.every(Number.isFinite)) throw new NonFiniteError('the log-probability of a reference token', { step });
}

export function addTokens(
  totals: TokenTotals,
  { length, logProb, crossEntropy }: Pick<TokenSignals, 'length' | 'logProb' | 'crossEntropy'>,
  weights: Float32Array,
  numerators: Float32Array,
  coefficients?: Float32Array,
): void {
  totals.tokens += length;
  for (let token = 0; token < length; token++) {
    totals.nll -= logProb[token];
    const probability = Math.exp(logProb[token]);
    totals.probability += probability;
    const bin = Math.min(probabilityBins - 1, Math.floor(probability * probabilityBins));
    totals.probabilityCounts[bin] += 1;
    if (weights[token] !== 0) {
      totals.kept += 1;
      totals.keptCounts[bin] += 1;
    }
    totals.weight += weights[token];
    totals.objective -= numerators[token] * logProb[token];
    if (coefficients !== undefined) totals.objective += coefficients[token] * (crossEntropy?.[token] ?? NaN);
  }
}

/** Means over all tokens; with no tokens there is no mean, and 0 stands for it. */
export function tokenMeans({ tokens, nll, probability, kept, weight }: TokenTotals) {
  const divisor = Math.max(1, tokens);
  return {
    meanNll: nll / divisor,
    meanProb: probability / divisor,
    keptFraction: kept / divisor,
    meanWeight: weight / divisor,
  };
}
