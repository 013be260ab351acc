import type { Random } from '@profit-sft/core';

/** Numbers of two kinds that belong together, such as one response's tokens. */
export interface TwoSamples {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

export interface PermutationTest {
  /** Mean of all `first` less mean of all `second`. */
  readonly difference: number;
  /** Two-sided: (1 + permutations with at least that difference) / (1 + permutations). */
  readonly pValue: number;
  readonly permutations: number;
}

/**
 * Whether the labels matter: the difference of the means among all ways to deal the labels out anew *within each group*
 * (Fisher, 1935; the estimate of Phipson and Smyth, 2010, arXiv 1603.05766, which is never 0). Within groups, so that a
 * response with many core tokens and a high mean for another reason proves nothing.
 *
 * It takes tokens of a response as exchangeable; neighbours are not quite, so of small differences it is too sure.
 */
export function permutationTest(groups: readonly TwoSamples[], random: Random, permutations: number): PermutationTest {
  let [firstCount, secondCount, firstSum, total] = [0, 0, 0, 0];
  const pools = groups.map(({ first, second }) => {
    const pool = Float64Array.from([...Array.from(first), ...Array.from(second)]);
    for (let index = 0; index < first.length; index++) firstSum += first[index];
    firstCount += first.length;
    secondCount += second.length;
    total += pool.reduce((sum, value) => sum + value, 0);
    return { pool, size: first.length };
  });
  const differenceOf = (sum: number): number => sum / firstCount - (total - sum) / secondCount;
  // The mean over all permutations: from it, not from 0, because groups of unequal shares shift it.
  const centre = differenceOf(
    pools.reduce(
      (sum, { pool, size }) => sum + (pool.length === 0 ? 0 : (size * pool.reduce((a, b) => a + b, 0)) / pool.length),
      0,
    ),
  );
  const difference = differenceOf(firstSum);
  const observed = Math.abs(difference - centre) * (1 - 1e-12);
  let extreme = 0;
  for (let trial = 0; trial < permutations; trial++) {
    let sum = 0;
    for (const { pool, size } of pools) {
      for (let drawn = 0; drawn < size; drawn++) {
        const other = drawn + random.integer(pool.length - drawn);
        [pool[drawn], pool[other]] = [pool[other], pool[drawn]];
        sum += pool[drawn];
      }
    }
    if (Math.abs(differenceOf(sum) - centre) >= observed) extreme++;
  }
  return { difference, pValue: (1 + extreme) / (1 + permutations), permutations };
}
