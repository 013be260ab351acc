import type { Random } from '@profit-sft/core';

/**
 * Fills `mask` with 0 at a probability of `rate`, and 1 / (1 − rate) elsewhere. The numbers are those of xoshiro128** (Blackman and Vigna,
 * 2018) with `random`'s first four as its state, written out: a step of training draws tens of millions.
 */
export function fillDropoutMask(mask: Float32Array, rate: number, random: Random): void {
  let [a, b, c, d] = [0, 1, 2, 3].map(() => random.integer(2 ** 32) | 0);
  if ((a | b | c | d) === 0) a = 1;
  const limit = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) {
    const product = Math.imul(b, 5);
    const drawn = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    mask[i] = drawn < limit ? 0 : kept;
  }
}
