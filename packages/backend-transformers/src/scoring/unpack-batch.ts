import { ProfitError, type TokenBatch } from '@profit-sft/core';

/** One sequence of a batch, as far as its scored tokens need it. */
export interface UnpackedSequence {
  /** From its beginning to the token before its last target. */
  readonly tokens: Int32Array;
  /** Index of its first scored token among those of the batch. */
  readonly firstScored: number;
  /** For each of its scored tokens, in the order of the batch, the token before the target: an index into `tokens`. */
  readonly sources: Int32Array;
}

/**
 * The sequences of a batch that have scored tokens, in the order of these. What is behind a last target predicts nothing that is asked
 * for.
 *
 * @throws ProfitError when a sequence is longer than the model's positions, which an export has in a table
 */
export function unpackBatch({ tokens, positions, scored }: TokenBatch, maxPositions: number): UnpackedSequence[] {
  const sequences: UnpackedSequence[] = [];
  // Positions count from the sequence's first token.
  const startOf = (token: number): number => scored.source[token] - positions[scored.source[token]];
  for (let first = 0; first < scored.length;) {
    const start = startOf(first);
    let end = first + 1;
    while (end < scored.length && startOf(end) === start) end++;
    const sources = scored.source.subarray(first, end).map((source) => source - start);
    const length = sources[sources.length - 1] + 1;
    if (length > maxPositions) {
      const message = `a sequence has ${length} tokens before its last target; the model has ${maxPositions} positions. Lower data.maxLength.`;
      throw new ProfitError('config', message);
    }
    sequences.push({
      tokens: tokens.subarray(start, start + length),
      firstScored: first,
      sources,
    });
    first = end;
  }
  return sequences;
}

/** Most padding in a group, as a part of its tokens: a pass computes it as it does tokens. */
const mostPadding = 1 / 8;

/**
 * Puts sequences of similar length together: at most `rows` and, beyond one, at most `tokens` in all with the padding to the longest, of
 * which little is padding.
 */
export function groupSequences<S extends { readonly tokens: Int32Array }>(
  sequences: readonly S[],
  most: { readonly rows: number; readonly tokens: number },
): S[][] {
  const groups: S[][] = [];
  for (const sequence of [...sequences].sort((a, b) => a.tokens.length - b.tokens.length)) {
    const last = groups[groups.length - 1] as S[] | undefined;
    const joined = [...(last ?? []), sequence];
    const padded = joined.length * sequence.tokens.length;
    const tokens = joined.reduce((sum, one) => sum + one.tokens.length, 0);
    const fits = joined.length <= most.rows && padded <= most.tokens && padded - tokens <= mostPadding * tokens;
    if (last !== undefined && fits) last.push(sequence);
    else groups.push([sequence]);
  }
  return groups;
}
