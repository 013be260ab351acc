import type { Tokenizer } from '@profit-sft/core';

/** Ends a generation at a text. */
export interface TextStop {
  /** For `until` of GenerateOptions: whether the prompt's newest token completes a stop string. */
  until(prompt: number, token: number): boolean;
  /** A text up to its first stop string, which may begin within a token. */
  cut(text: string): string;
}

/** Tokens that may lie between the bytes of a stop string: special ones, whose text is empty in some tokenizers. */
const sparedTokens = 8;

/**
 * Stop strings for a model that writes tokens: one may span several tokens, and a token may hold more than one. Only the last
 * tokens of each prompt are decoded, as many as the longest stop string has bytes and a few more.
 */
export function stopAtText(tokenizer: Pick<Tokenizer, 'decode'>, stops: readonly string[]): TextStop {
  const sought = stops.filter((stop) => stop !== '');
  const window = Math.max(0, ...sought.map((stop) => Buffer.byteLength(stop))) + sparedTokens;
  const recent = new Map<number, number[]>();
  return {
    until(prompt, token) {
      if (sought.length === 0) return false;
      const tokens = recent.get(prompt) ?? [];
      recent.set(prompt, tokens);
      tokens.push(token);
      if (tokens.length > window) tokens.shift();
      const text = tokenizer.decode(tokens, { skipSpecialTokens: false });
      return sought.some((stop) => text.includes(stop));
    },
    cut(text) {
      const starts = sought.map((stop) => text.indexOf(stop)).filter((start) => start >= 0);
      return starts.length === 0 ? text : text.slice(0, Math.min(...starts));
    },
  };
}
