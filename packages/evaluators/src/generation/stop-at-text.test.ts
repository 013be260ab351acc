import { describe, expect, test } from 'vitest';
import { stopAtText } from './stop-at-text.js';

/** Tokens are pieces of text; those in angle brackets are special. */
const pieces = ['ab', 'Q', ':', 'x Q: y', '</s>', 'cd', 'word', ' '];
const tokenizer = {
  decode: (tokens: ArrayLike<number>, { skipSpecialTokens = true } = {}) =>
    Array.from(tokens, (token) => pieces[token])
      .filter((piece) => !skipSpecialTokens || !piece.startsWith('<'))
      .join(''),
};

describe('stopAtText', () => {
  test('ends at a stop string that spans tokens, for each prompt by itself', () => {
    const { until } = stopAtText(tokenizer, ['Q:']);
    expect(until(0, 0)).toBe(false);
    expect(until(0, 1)).toBe(false);
    expect(until(1, 2)).toBe(false);
    expect(until(0, 2)).toBe(true);
    expect(until(1, 1)).toBe(false);
    expect(until(1, 2)).toBe(true);
  });

  test('ends at a token that holds more than the stop string, and at a special token', () => {
    expect(stopAtText(tokenizer, ['Q:']).until(0, 3)).toBe(true);
    expect(stopAtText(tokenizer, ['zzz', '</s>']).until(0, 4)).toBe(true);
  });

  test('finds a stop string after any number of tokens', () => {
    const { until } = stopAtText(tokenizer, ['Q:', 'word word word word']);
    for (let i = 0; i < 1000; i++) expect(until(0, 0)).toBe(false);
    const written = [6, 7, 6, 7, 6, 7, 6].map((token) => until(0, token));
    expect(written).toEqual([false, false, false, false, false, false, true]);
  });

  test('cuts before the first stop string', () => {
    const { cut } = stopAtText(tokenizer, ['B', 'Q:']);
    expect(cut('x Q: y B')).toBe('x ');
    expect(cut('x Q y')).toBe('x Q y');
    expect(cut('Bx')).toBe('');
  });

  test('without stop strings nothing stops', () => {
    const { until, cut } = stopAtText(tokenizer, ['']);
    expect(until(0, 1)).toBe(false);
    expect(cut('text')).toBe('text');
  });
});
