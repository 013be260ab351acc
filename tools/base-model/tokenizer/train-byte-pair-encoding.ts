import { byteAlphabet, toByteAlphabet } from './byte-alphabet.js';
import { preTokenize } from './pre-tokenize.js';

export interface BytePairEncoding {
  /** Tokens in the order of their ids: the given special tokens, the 256 bytes, then one per merge. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/**
 * Byte-pair encoding (Sennrich et al., arXiv 1508.07909) over bytes: merges the most frequent pair of neighbours until
 * the vocabulary is full or no pair occurs twice. Equal counts go to the pair that sorts first, so that the result
 * depends on the text alone.
 */
export function trainBytePairEncoding(
  texts: Iterable<string>,
  vocabularySize: number,
  specialTokens: readonly string[],
): BytePairEncoding {
  const counts = new Map<string, number>();
  for (const text of texts) for (const piece of preTokenize(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  const words = [...counts].map(([piece, count]) => ({ symbols: [...toByteAlphabet(piece)], count }));

  const tokens = [...specialTokens, ...byteAlphabet];
  if (vocabularySize < tokens.length) throw new RangeError(`the vocabulary needs at least ${tokens.length} tokens`);
  const known = new Set(tokens);
  const merges: [string, string][] = [];
  while (tokens.length < vocabularySize) {
    const pairs = new Map<string, number>();
    for (const { symbols, count } of words) {
      for (let i = 1; i < symbols.length; i++) {
        // A space cannot occur in the byte alphabet, so it can separate.
        const pair = `${symbols[i - 1]} ${symbols[i]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      }
    }
    let best: string | undefined;
    let bestCount = 1;
    for (const [pair, count] of pairs) {
      if (count > bestCount || (count === bestCount && best !== undefined && pair < best))
        [best, bestCount] = [pair, count];
    }
    if (best === undefined) break;
    const [left, right] = best.split(' ');
    merges.push([left, right]);
    if (!known.has(left + right)) {
      known.add(left + right);
      tokens.push(left + right);
    }
    for (const { symbols } of words) {
      for (let i = 1; i < symbols.length; i++) {
        if (symbols[i - 1] === left && symbols[i] === right) symbols.splice(i - 1, 2, left + right);
      }
    }
  }
  return { tokens, merges };
}
