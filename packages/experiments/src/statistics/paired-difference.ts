import { createRandom } from '@profit-sft/core';
import { meanAndError } from './mean-and-error.js';
import { tailProbability, tQuantile } from './student-t.js';

export interface PairedDifference {
  readonly mean: number;
  /**
   * Ends of the 95 % interval. With items: percentiles of the bootstrap (Efron, 1979). Of repeats alone: Student's t, for differences that are
   * normal. Undefined of one repeat alone.
   */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  /**
   * Two-sided. With items: twice the smaller share of resampled means on one side of 0, at least 1 / resamples. Of repeats alone: Student's t; 1
   * of one repeat, which says nothing.
   */
  readonly p: number;
  /** Repeats, and items in each; 1 where only the repeats' metrics are known. */
  readonly repeats: number;
  readonly items: number;
}

const resamples = 10_000;

/**
 * The mean of differences between two runs that share their repeats (seeds) and their items, with a bootstrap over both: repeats and
 * items are drawn with replacement, and what is drawn of one counts in all of the other (crossed; Owen, 2007). Of three repeats it covers
 * what items change well, and what repeats change somewhat too narrowly.
 *
 * With one item, that is with metrics alone, it is the paired t-test.
 *
 * @param differences [repeat][item], each repeat with the same items
 */
export function pairedDifference(differences: readonly (readonly number[])[], seed = 0): PairedDifference {
  const repeats = differences.length;
  const items = differences[0].length;
  if (items === 1) return ofRepeats(differences.map(([value]) => value));
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
    p: Math.min(1, Math.max(1 / count, 2 * Math.min(below, above))),
    repeats,
    items,
  };
}

function ofRepeats(differences: readonly number[]): PairedDifference {
  const { mean, standardError, count } = meanAndError(differences);
  const known = { mean, repeats: count, items: 1 };
  if (standardError === undefined) return { ...known, lower: undefined, upper: undefined, p: 1 };
  const margin = tQuantile(0.975, count - 1) * standardError;
  // Without any variation, 0 / 0 is no evidence, and anything else over 0 is all there can be.
  const p = mean === 0 ? 1 : 2 * tailProbability(Math.abs(mean) / standardError, count - 1);
  return { ...known, lower: mean - margin, upper: mean + margin, p };
}
