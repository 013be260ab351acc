import { createRandom } from '@profit-sft/core';

export interface PairedDifference {
  readonly mean: number;
  /** Ends of the 95 % percentile interval of the bootstrap (Efron, 1979). */
  readonly lower: number;
  readonly upper: number;
  /**
   * Two-sided. With items: twice the smaller share of resampled means on one side of 0, at least 1 / resamples. Of repeats alone: the share of
   * all changes of sign that give a mean as far from 0 (Fisher, 1935), which for n repeats is 2^(1 − n) at least.
   */
  readonly p: number;
  /** Repeats, and items in each; 1 where only the repeats' metrics are known. */
  readonly repeats: number;
  readonly items: number;
}

const resamples = 10_000;

/**
 * The mean of differences between two runs that share their repeats (seeds) and their items, with a bootstrap over both: repeats and
 * items are drawn with replacement, and what is drawn of one counts in all of the other (crossed; Owen, 2007).
 *
 * With one item, that is with metrics alone, only repeats are drawn. Of few repeats an interval is then narrower than it ought to be, and of
 * one it is a point; p is exact.
 *
 * @param differences [repeat][item], each repeat with the same items
 */
export function pairedDifference(differences: readonly (readonly number[])[], seed = 0): PairedDifference {
  const repeats = differences.length;
  const items = differences[0].length;
  const random = createRandom(seed, 'paired difference', repeats, items);
  const meanOf = (chosenRepeats: Int32Array, chosenItems: Int32Array): number => {
    let sum = 0;
    for (const repeat of chosenRepeats) for (const item of chosenItems) sum += differences[repeat][item];
    return sum / (chosenRepeats.length * chosenItems.length);
  };
  const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);
  const drawn = (count: number): Int32Array => Int32Array.from({ length: count }, () => random.integer(count));
  const mean = meanOf(all(repeats), all(items));
  // Work is repeats × items for each resample.
  const count = Math.max(1000, Math.min(resamples, Math.ceil(2e7 / (repeats * items))));
  const means = Float64Array.from({ length: count }, () => meanOf(drawn(repeats), drawn(items))).sort();
  const outside = Math.floor(0.025 * count);
  const below = means.filter((value) => value <= 0).length / count;
  const above = means.filter((value) => value >= 0).length / count;
  return {
    mean,
    lower: means[outside],
    upper: means[count - 1 - outside],
    p:
      items === 1
        ? signFlipP(differences.map(([value]) => value))
        : Math.min(1, Math.max(1 / count, 2 * Math.min(below, above))),
    repeats,
    items,
  };
}

/** Beyond this many repeats, changes of sign are drawn instead of tried. */
const mostTried = 16;

function signFlipP(differences: readonly number[]): number {
  const sum = Math.abs(differences.reduce((total, value) => total + value, 0));
  // Sums of the same numbers in another order differ in their last digits.
  const least = sum - 1e-12 * differences.reduce((total, value) => total + Math.abs(value), 0);
  const tried = 2 ** Math.min(mostTried, differences.length);
  const random = createRandom(0, 'sign flips');
  let asFar = 0;
  for (let flips = 0; flips < tried; flips++) {
    const flipped = differences.reduce((total, value, index) => {
      const flip = differences.length <= mostTried ? (flips >> index) & 1 : random.integer(2);
      return total + (flip === 1 ? -value : value);
    }, 0);
    if (Math.abs(flipped) >= least) asFar += 1;
  }
  return asFar / tried;
}
