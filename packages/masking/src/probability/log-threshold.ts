/** The float32 nearest to log τ: signals are float32, so a token exactly at τ compares equal. log 0 is −∞. */
export function logThreshold(threshold: number): number {
  return Math.fround(Math.log(threshold));
}
