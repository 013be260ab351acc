import type { Tokenizer } from '@profit-sft/core';

/** So many tokens are decoded together: decoding the whole text up to each token would take quadratic time. */
const block = 64;
/** Tokens before a block that are decoded with it, so that a character's bytes and a leading space are where they belong. */
const lead = 8;

export interface TokenOffsets {
  /** The tokens as text, special tokens included. */
  readonly text: string;
  /** Where each token ends in it, in UTF-16 code units; it begins where the one before ends. */
  readonly ends: Int32Array;
}

/**
 * Where tokens lie in their text, by decoding longer and longer stretches: `tokenizer.json` libraries give no offsets. A token
 * that ends within a character ends where the next one begins; `undefined` where the stretches do not join to the text.
 */
export function tokenOffsets(tokenizer: Tokenizer, tokens: Int32Array): TokenOffsets | undefined {
  const decode = (from: number, to: number): string =>
    tokenizer.decode(tokens.subarray(from, to), { skipSpecialTokens: false });
  const text = decode(0, tokens.length);
  const ends = new Int32Array(tokens.length);
  const unfinished = new Uint8Array(tokens.length);
  for (let start = 0; start < tokens.length; start += block) {
    // From the last token that ends with a character: what is decoded up to it is a prefix of all that is decoded after.
    let anchor = start;
    while (anchor > 0 && unfinished[anchor - 1] === 1) anchor--;
    const from = Math.max(0, anchor - lead);
    const before = anchor === 0 ? 0 : decode(from, anchor).length;
    const base = anchor === 0 ? 0 : ends[anchor - 1];
    for (let token = start; token < Math.min(start + block, tokens.length); token++) {
      const stretch = decode(from, token + 1);
      // An unfinished character decodes to U+FFFD and is one with what follows.
      const within = stretch.endsWith('\uFFFD') && text[base + stretch.length - before - 1] !== '\uFFFD';
      const previous = token === 0 ? 0 : ends[token - 1];
      unfinished[token] = within ? 1 : 0;
      ends[token] = within ? previous : Math.max(previous, base + stretch.length - before);
    }
  }
  return tokens.length > 0 && ends[tokens.length - 1] !== text.length ? undefined : { text, ends };
}
