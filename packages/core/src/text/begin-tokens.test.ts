import { expect, test } from 'vitest';
import type { Tokenizer } from '../contracts/tokenizer.js';
import { beginTokens } from './begin-tokens.js';

/** Tokens are UTF-16 units; `around` puts special tokens around them. */
function tokenizerOf(around: (ids: readonly number[]) => readonly number[]) {
  let calls = 0;
  const encode = (text: string, options?: { addSpecialTokens?: boolean }): Int32Array => {
    calls++;
    const ids = Array.from(text, (character) => character.charCodeAt(0));
    return Int32Array.from(options?.addSpecialTokens === false ? ids : around(ids));
  };
  return { tokenizer: { encode } as unknown as Tokenizer, calls: () => calls };
}

test('what is put before a text counts, and not what is put behind', () => {
  expect(beginTokens(tokenizerOf((ids) => [1, 2, ...ids, 3]).tokenizer, 'text')).toEqual([1, 2]);
  expect(beginTokens(tokenizerOf((ids) => [...ids, 3]).tokenizer, 'text')).toEqual([]);
});

test('a text without tokens says nothing, so another is tried', () => {
  expect(beginTokens(tokenizerOf((ids) => [1, ...ids]).tokenizer, '')).toEqual([1]);
});

test('a tokenizer is asked once', () => {
  const { tokenizer, calls } = tokenizerOf((ids) => [1, ...ids]);
  beginTokens(tokenizer, 'a text');
  const before = calls();
  expect(beginTokens(tokenizer, 'another')).toEqual([1]);
  expect(calls()).toBe(before);
});

test('where the text cannot be found again nothing is put before it', () => {
  expect(beginTokens(tokenizerOf((ids) => ids.map((id) => id + 1)).tokenizer, 'text')).toEqual([]);
});
