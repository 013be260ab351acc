/** Most tokens of a pass, padding included: a matrix product is at its full rate, and attention's scores stay small. */
const passTokens = 2048;
/** Padding that is never worth a pass of its own. */
const fewTokens = 128;

/** Prompts from `from` to `to` (exclusive). */
export interface PrefillPass {
  readonly from: number;
  readonly to: number;
}

/**
 * Splits prompts of these lengths, which rise, into passes in which all are padded to the longest: padding stays within a quarter of the
 * tokens.
 */
export function prefillPasses(lengths: readonly number[]): PrefillPass[] {
  const passes: PrefillPass[] = [];
  let from = 0;
  let tokens = 0;
  lengths.forEach((length, index) => {
    const padded = (index - from + 1) * length;
    const padding = padded - tokens - length;
    if (index > from && (padded > passTokens || padding > Math.max(fewTokens, (tokens + length) / 4))) {
      passes.push({ from, to: index });
      from = index;
      tokens = 0;
    }
    tokens += length;
  });
  if (from < lengths.length) passes.push({ from, to: lengths.length });
  return passes;
}
