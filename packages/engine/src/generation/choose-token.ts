import type { Random } from '@profit-sft/core';
import { greedyToken, tokenDistribution, type Choice } from './token-distribution.js';

/** Draws the next token by its distribution; the most probable one at temperature 0. */
export function chooseToken(logits: Float32Array, choice: Choice, random: Random): number {
  if (choice.temperature === 0) return greedyToken(logits);
  const { ids, weights } = tokenDistribution(logits, choice);
  let draw = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < ids.length; i++) {
    draw -= weights[i];
    if (draw < 0) return ids[i];
  }
  return ids[ids.length - 1];
}
