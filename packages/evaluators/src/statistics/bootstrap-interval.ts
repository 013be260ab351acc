import type { Random } from '@profit-sft/core';

/** A share of one item: `hits` of `count`. */
export interface ItemShare {
  readonly hits: number;
  readonly count: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Σ hits / Σ count. */
export function shareOf(items: readonly ItemShare[]): number {
  let [hits, count] = [0, 0];
  for (const item of items) [hits, count] = [hits + item.hits, count + item.count];
  return hits / count;
}

/**
 * The percentile bootstrap interval of Σ hits / Σ count (Efron, 1979): items are drawn with replacement, so what belongs to
 * one item stays together. Where all items are equal it is a single point.
 *
 * @param items at least one, each with a count above 0
 * @param level the share of the resamples inside, e.g. 0.95
 */
export function bootstrapInterval(
  items: readonly ItemShare[],
  random: Random,
  { level = 0.95, resamples = 1000 }: { readonly level?: number; readonly resamples?: number } = {},
): Interval {
  const shares = Float64Array.from({ length: resamples }, () => {
    let [hits, count] = [0, 0];
    for (let draw = 0; draw < items.length; draw++) {
      const item = items[random.integer(items.length)];
      hits += item.hits;
      count += item.count;
    }
    return hits / count;
  }).sort();
  const outside = Math.floor(((1 - level) / 2) * resamples);
  return { lower: shares[outside], upper: shares[resamples - 1 - outside] };
}
