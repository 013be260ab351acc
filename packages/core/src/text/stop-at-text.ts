import type { Tokenizer } from '../contracts/tokenizer.js';

/** Ends generations at stop strings. */
export interface TextStop {
  /** For `until` of `GenerateOptions`: whether the newest token of a prompt completes a stop string. */
  until(this: void, prompt: number, token: number): boolean;
  /** A text up to the first stop string in it, which may begin within a token. */
  cut(this: void, text: string): string;
}

/** Tokens whose text is empty that may lie within a stop string. */
const emptyTokens = 8;

/**
 * Stop strings for a model that writes tokens: a stop string may span several of them, and a token may hold more than one. One object serves
 * one call of `generate`: it remembers the last tokens of each prompt, as many as can hold the longest stop string.
 */
export function stopAtText(tokenizer: Pick<Tokenizer, 'decode' | 'encode'>, stopStrings: readonly string[]): TextStop {
  const stops = stopStrings.filter((stop) => stop !== '');
  // A token that is not empty holds a byte at least.
  const bytes = Math.max(0, ...stops.map((stop) => new TextEncoder().encode(stop).length));
  const recent = new Map<number, number[]>();
  // Some tokenizers drop the space before the first token, so that something has to stand before it.
  const before = stops.length === 0 ? [] : [...tokenizer.encode('a', { addSpecialTokens: false })];
  const decode = (tokens: readonly number[]): string => tokenizer.decode(tokens, { skipSpecialTokens: false });
  const start = decode(before).length;
  return {
    until(prompt, token) {
      if (stops.length === 0) return false;
      const tokens = [...(recent.get(prompt) ?? []), token].slice(-(bytes + emptyTokens));
      recent.set(prompt, tokens);
      const text = decode([...before, ...tokens]).slice(start);
      return stops.some((stop) => text.includes(stop));
    },
    cut(text) {
      const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
      return places.length === 0 ? text : text.slice(0, Math.min(...places));
    },
  };
}
