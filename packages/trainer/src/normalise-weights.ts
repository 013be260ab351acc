import type { Normaliser, TokenBatch, TokenSignals } from '@profit-sft/core';

/** Counts over a whole optimiser step (or evaluation set), across its micro-batches. */
export interface StepCounts {
  /** Scored tokens of the step. */
  readonly scoredTokens: number;
  /** Scored tokens of each sequence of the step. */
  readonly tokensOfSequence: Int32Array;
  /** Sequences with at least one scored token. */
  readonly sequences: number;
  /** All tokens of the step, prompts included, padding not. */
  readonly tokens: number;
}

/** Counts the micro-batches of one step; `sequences` is the number of examples they were packed from. */
export function countStep(batches: readonly TokenBatch[], sequences: number): StepCounts {
  const tokensOfSequence = new Int32Array(sequences);
  let scoredTokens = 0;
  let tokens = 0;
  for (const { scored, segments } of batches) {
    scoredTokens += scored.length;
    for (let token = 0; token < scored.length; token++) tokensOfSequence[scored.sequence[token]] += 1;
    for (const segment of segments) if (segment !== 0) tokens += 1;
  }
  return {
    scoredTokens,
    tokensOfSequence,
    sequences: tokensOfSequence.reduce((count, length) => count + (length > 0 ? 1 : 0), 0),
    tokens,
  };
}

/**
 * What each token's −log p is multiplied by before the step's sum is divided by {@link normaliserTotal}: the weight w_t
 * itself, or w_t / T_s under `sequence`, with T_s the scored tokens of the token's sequence (kept or not).
 */
export function normaliseWeights(
  weights: Float32Array,
  signals: Pick<TokenSignals, 'sequence'>,
  normaliser: Normaliser,
  counts: StepCounts,
): Float32Array {
  if (normaliser !== 'sequence') return weights;
  return weights.map((weight, token) => weight / counts.tokensOfSequence[signals.sequence[token]]);
}

/** The divisor N of the step: its scored tokens, its sequences, or the sum of its weights. 0 when there is nothing. */
export function normaliserTotal(normaliser: Normaliser, counts: StepCounts, weightSum: number): number {
  switch (normaliser) {
    case 'tokens':
      return counts.scoredTokens;
    case 'sequence':
      return counts.sequences;
    case 'kept':
      return weightSum;
  }
}
