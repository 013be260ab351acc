import { describe, expect, test } from 'vitest';
import { stopAtText } from './stop-at-text.js';

/** Bytes as tokens; as SentencePiece does, a space before the first of a text is dropped. Token 256 is special. */
const bytes = {
  encode: (text: string) => Int32Array.from(new TextEncoder().encode(text)),
  decode: (tokens: ArrayLike<number>, { skipSpecialTokens = true } = {}) => {
    const kept = Array.from(tokens).filter((token) => !skipSpecialTokens || token < 256);
    const text = new TextDecoder().decode(Uint8Array.from(kept.filter((token) => token < 256)));
    const special = kept.includes(256) ? '</s>' : '';
    return text.replace(/^ /u, '') + special;
  },
};

const pieces = ['a', 'ab', 'Question', ':', 'x Question: y'];
const words = {
  encode: (text: string) => Int32Array.of(pieces.indexOf(text)),
  decode: (tokens: ArrayLike<number>) => Array.from(tokens, (token) => pieces[token]).join(''),
};

/** After how many of these tokens a prompt ends. */
function endOf(tokens: Iterable<number>, until: (prompt: number, token: number) => boolean): number | undefined {
  let count = 0;
  for (const token of tokens) {
    count++;
    if (until(0, token)) return count;
  }
  return undefined;
}

describe('stop strings', () => {
  test('may span tokens', () => {
    expect(endOf([1, 2, 3, 1], stopAtText(words, ['Question:']).until)).toBe(3);
    const text = bytes.encode('first\n\nsecond');
    expect(endOf(text, stopAtText(bytes, ['\n\n', 'never']).until)).toBe(7);
  });

  test('may lie within a token', () => {
    const { until, cut } = stopAtText(words, ['Question:']);
    expect(endOf([1, 4], until)).toBe(2);
    expect(cut(words.decode([1, 4]))).toBe('abx ');
  });

  test('may begin with the space of the first token', () => {
    expect(endOf(bytes.encode(' Q: what'), stopAtText(bytes, [' Q:']).until)).toBe(3);
  });

  test('may hold characters of several bytes', () => {
    expect(endOf(bytes.encode('1 → 2 ⇒ 3'), stopAtText(bytes, ['⇒']).until)).toBe(bytes.encode('1 → 2 ⇒').length);
  });

  test('may be the text of a special token', () => {
    expect(endOf([65, 66, 256], stopAtText(bytes, ['</s>']).until)).toBe(3);
  });

  test('are found after any number of tokens, for each prompt by itself', () => {
    const { until } = stopAtText(words, ['ababab', 'Question:']);
    for (let i = 0; i < 500; i++) {
      expect(until(0, 0)).toBe(false);
      expect(until(1, 2)).toBe(false);
    }
    expect(until(0, 3)).toBe(false);
    expect(until(1, 3)).toBe(true);
    expect([until(0, 1), until(0, 1), until(0, 1)]).toEqual([false, false, true]);
  });

  test('cut a text at the first of them', () => {
    const { cut } = stopAtText(words, ['B', 'Q:']);
    expect([cut('x Q: y B'), cut('x Q y'), cut('Bx')]).toEqual(['x ', 'x Q y', '']);
  });

  test('that are empty, or none, end nothing', () => {
    for (const stops of [[], ['']]) {
      const { until, cut } = stopAtText(words, stops);
      expect(endOf([1, 2, 3, 4], until)).toBeUndefined();
      expect(cut('text')).toBe('text');
    }
  });
});
