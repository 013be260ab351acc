export interface MeanAndError {
  readonly mean: number;
  /** Standard error of the mean, s / √n with n − 1 degrees of freedom; undefined for a single value. */
  readonly standardError: number | undefined;
  readonly count: number;
}

/** @param values at least one */
export function meanAndError(values: readonly number[]): MeanAndError {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, standardError: undefined, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, standardError: Math.sqrt(variance / count), count };
}
