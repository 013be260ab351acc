import type { Random } from '@profit-sft/core';
import { between } from './choose.js';

/** A count that a story starts from: mostly small. */
export function drawCount(random: Random): number {
  return random.next() < 0.65 ? between(random, 3, 20) : between(random, 21, 60);
}

/** A count that is added or taken away. */
export function drawChange(random: Random): number {
  return random.next() < 0.75 ? between(random, 2, 12) : between(random, 13, 35);
}

/** A factor or divisor. */
export function drawFactor(random: Random): number {
  return between(random, 2, 9);
}
