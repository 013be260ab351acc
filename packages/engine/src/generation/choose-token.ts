import type { Random } from '@profit-sft/core';

export interface Choice {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 keeps all. */
  readonly topK: number;
}

/** Index of the largest logit, the first of equals. */
export function greedyToken(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
}

/**
 * Draws a token from softmax(logits / temperature), cut first to the `topK` most probable and then to the fewest that
 * reach `topP` (nucleus sampling, arXiv 1904.09751), as transformers orders them.
 */
export function chooseToken(logits: Float32Array, choice: Choice, random: Random): number {
  if (choice.temperature === 0) return greedyToken(logits);
  let candidates = Int32Array.from(logits.keys());
  const restricted = choice.topK > 0 || choice.topP < 1;
  // Equal logits are ordered by id, so that the draw does not depend on the sort.
  if (restricted) candidates.sort((a, b) => logits[b] - logits[a] || a - b);
  if (choice.topK > 0) candidates = candidates.subarray(0, choice.topK);
  const max = logits[restricted ? candidates[0] : greedyToken(logits)];
  const weights = Float64Array.from(candidates, (id) => Math.exp((logits[id] - max) / choice.temperature));
  let total = weights.reduce((sum, weight) => sum + weight, 0);
  let count = weights.length;
  if (choice.topP < 1) {
    let reached = 0;
    for (count = 0; count < weights.length && reached < choice.topP * total; count++) reached += weights[count];
    count = Math.max(1, count);
    total = weights.subarray(0, count).reduce((sum, weight) => sum + weight, 0);
  }
  let draw = random.next() * total;
  for (let i = 0; i < count; i++) {
    draw -= weights[i];
    if (draw < 0) return candidates[i];
  }
  return candidates[count - 1];
}
