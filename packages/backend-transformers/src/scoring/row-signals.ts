import type { ModelSignalName } from '@profit-sft/core';
import { expectedRanks } from '@profit-sft/engine';

/** log Σ_v exp(logits_v), in float64. */
function logSumExp(logits: Float32Array): number {
  let max = -Infinity;
  for (let id = 0; id < logits.length; id++) if (logits[id] > max) max = logits[id];
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id] - max);
  return max + Math.log(sum);
}

/** Log-probabilities of a row of logits, into `result`. */
export function logSoftmax(logits: Float32Array, result: Float32Array): void {
  const normaliser = logSumExp(logits);
  for (let id = 0; id < logits.length; id++) result[id] = logits[id] - normaliser;
}

/** The `count` largest values, the largest first. */
function largest(values: Float32Array, count: number): Float64Array {
  const found = new Float64Array(Math.min(count, values.length)).fill(-Infinity);
  const last = found.length - 1;
  for (let id = 0; id < values.length; id++) {
    const value = values[id];
    if (!(value > found[last])) continue;
    let at = last;
    for (; at > 0 && value > found[at - 1]; at--) found[at] = found[at - 1];
    found[at] = value;
  }
  return found;
}

/** Entropy of softmax(logits), nats. */
function entropyOf(logits: Float64Array): number {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - logits[0]), 0);
  return logits.reduce((total, logit) => {
    const logProb = logit - logits[0] - Math.log(sum);
    return total - Math.exp(logProb) * logProb;
  }, 0);
}

/** What each signal of a token is, from the logits of the whole vocabulary, their log Σ exp, and the target's id. */
type RowSignal = (row: {
  readonly logits: Float32Array;
  readonly normaliser: number;
  readonly target: number;
  readonly topK: number;
}) => number;

/** Σ over the vocabulary of a function of log p. */
function sumOverVocabulary(
  { logits, normaliser }: Parameters<RowSignal>[0],
  term: (logProb: number, id: number) => number,
): number {
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += term(logits[id] - normaliser, id);
  return sum;
}

/** Definitions as in core's `TokenSignals`; a test holds them to those of the head's program in `models`. */
const rowSignals: Readonly<Record<ModelSignalName, RowSignal>> = {
  logProb: ({ logits, normaliser, target }) => logits[target] - normaliser,
  entropy: (row) => -sumOverVocabulary(row, (logProb) => Math.exp(logProb) * logProb),
  topEntropy: ({ logits, topK }) => entropyOf(largest(logits, topK)),
  rank: ({ logits, target }) => 1 + logits.reduce((count, logit) => count + (logit > logits[target] ? 1 : 0), 0),
  expectedRank: ({ logits, normaliser }) => {
    const result = new Float32Array(1);
    expectedRanks(
      logits.map((logit) => logit - normaliser),
      logits.length,
      result,
    );
    return result[0];
  },
  maxProb: ({ logits, normaliser }) => Math.exp(largest(logits, 1)[0] - normaliser),
  sumSquaredProb: (row) => sumOverVocabulary(row, (logProb) => Math.exp(2 * logProb)),
  mass: (row) => {
    const own = row.logits[row.target];
    return sumOverVocabulary(row, (logProb, id) => (row.logits[id] > own ? 0 : Math.exp(logProb)));
  },
};

/** Signals of the token `target`, from the logits of the whole vocabulary. */
export function signalsOfRow(
  logits: Float32Array,
  target: number,
  needs: readonly ModelSignalName[],
  topK: number,
): number[] {
  const row = { logits, normaliser: logSumExp(logits), target, topK };
  return needs.map((name) => rowSignals[name](row));
}

/** Cross-entropy −Σ_v q_v log p_v, nats; q from its own log-probabilities. */
export function crossEntropyOfRow(logits: Float32Array, towardsLogProbs: Float32Array): number {
  const row = { logits, normaliser: logSumExp(logits), target: 0, topK: 0 };
  return -sumOverVocabulary(row, (logProb, id) => {
    const q = Math.exp(towardsLogProbs[id]);
    return q === 0 ? 0 : q * logProb;
  });
}
