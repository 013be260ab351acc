/** Keeps a product such as 0.29 · 100 = 28.999999999999996 from counting as below 29. */
const rounding = 1e-9;

/** ⌈fraction · length⌉: at least one of any number of tokens, unless the fraction is 0. */
export function shareOf(fraction: number, length: number): number {
  return Math.min(length, Math.max(0, Math.ceil(fraction * length - rounding)));
}

/**
 * Sets `weights` to 1 at the `count` highest of `scores[start … end − 1]`. Exactly so many, whatever the scores: among
 * equal ones the earlier token wins.
 */
export function keepHighest(
  scores: Float32Array,
  { start, end }: { readonly start: number; readonly end: number },
  count: number,
  weights: Float32Array,
): void {
  const order = Uint32Array.from({ length: end - start }, (_, offset) => start + offset);
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  for (const token of order.subarray(0, count)) weights[token] = 1;
}

/** The lowest of the ⌈fraction · N⌉ highest values: these are the ones ≥ it. Null where there are no values. */
export function boundOfTop(values: Float32Array, fraction: number): number | null {
  if (values.length === 0) return null;
  const ascending = values.slice().sort();
  return ascending[Math.min(values.length - 1, values.length - shareOf(fraction, values.length))];
}

/** The highest of the ⌈fraction · N⌉ lowest values: these are the ones ≤ it. Null where there are no values. */
export function boundOfBottom(values: Float32Array, fraction: number): number | null {
  if (values.length === 0) return null;
  const ascending = values.slice().sort();
  return ascending[Math.max(0, shareOf(fraction, values.length) - 1)];
}

/** A value that at most ⌊fraction · N⌋ values lie strictly below. Null where there are no values. */
export function boundAboveBottom(values: Float32Array, fraction: number): number | null {
  if (values.length === 0) return null;
  const ascending = values.slice().sort();
  return ascending[Math.min(values.length - 1, Math.floor(fraction * values.length + rounding))];
}
