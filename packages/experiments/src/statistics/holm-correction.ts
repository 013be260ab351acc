/**
 * p-values of a family of tests, corrected so that the probability of any false rejection stays below the level that is tested at
 * (Holm, 1979): the i-th smallest of m is multiplied by m − i + 1, and none is below a smaller one's.
 */
export function holmCorrection(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a] - values[b]);
  const corrected = new Array<number>(values.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, values[index] * (values.length - rank)));
    corrected[index] = largest;
  });
  return corrected;
}
