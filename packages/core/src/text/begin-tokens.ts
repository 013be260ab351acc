import type { Tokenizer } from '../contracts/tokenizer.js';

const known = new WeakMap<Tokenizer, readonly number[]>();

/**
 * What the tokenizer's post-processor puts before any text, e.g. `<s>`. What it would put behind is left out: a prompt
 * must not end in an end-of-sequence token, and a training sequence gets its own.
 *
 * @param text any text; it only has to have tokens, else others are tried
 */
export function beginTokens(tokenizer: Tokenizer, text: string): readonly number[] {
  const cached = known.get(tokenizer);
  if (cached !== undefined) return cached;
  for (const probe of [text, 'a', '1']) {
    const bare = tokenizer.encode(probe, { addSpecialTokens: false });
    if (bare.length === 0) continue;
    const full = tokenizer.encode(probe);
    for (let start = 0; start + bare.length <= full.length; start++) {
      if (!bare.every((token, index) => token === full[start + index])) continue;
      const begin = [...full.subarray(0, start)];
      known.set(tokenizer, begin);
      return begin;
    }
  }
  return [];
}
