/** p = exp(log p), at most 1: a log p in float32 may be rounded to just above 0. */
export function probabilityOf(logProb: number): number {
  return Math.min(1, Math.exp(logProb));
}

/** 1 − p without cancellation where p is near 1; at least 0. */
export function complementOf(logProb: number): number {
  return Math.max(0, -Math.expm1(logProb));
}

/** p^exponent for an exponent ≥ 0, with p^0 = 1 whatever p is. */
export function powerOf(logProb: number, exponent: number): number {
  return exponent === 0 ? 1 : Math.exp(exponent * logProb);
}
