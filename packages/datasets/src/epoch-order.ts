import { createRandom, permutation } from '@profit-sft/core';

/** The order in which an epoch (from 0) goes through `length` examples: determined by seed and epoch alone. */
export function epochOrder(length: number, epoch: number, seed: number, shuffle: boolean): Int32Array {
  return shuffle
    ? permutation(length, createRandom(seed, 'order', epoch))
    : Int32Array.from({ length }, (_, index) => index);
}
