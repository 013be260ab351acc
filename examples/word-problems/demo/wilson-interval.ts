/** The 97.5 % quantile of the normal distribution. */
const z = 1.959964;

/**
 * The 95 % Wilson score interval of a proportion (Wilson, 1927): unlike the usual ± interval it stays within [0, 1] and
 * holds near both ends.
 */
export function wilsonInterval(successes: number, trials: number): readonly [low: number, high: number] {
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
