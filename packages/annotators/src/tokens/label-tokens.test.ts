import type { Tokenizer } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { labelOfRange, labelTokens } from './label-tokens.js';
import { tokenOffsets } from './token-offsets.js';

/** Tokens that are pieces of UTF-8 bytes: enough of a tokenizer to decode. */
function pieceTokenizer(pieces: readonly (string | readonly number[])[]): { tokenizer: Tokenizer; tokens: Int32Array } {
  const bytes = pieces.map((piece) => Buffer.from(piece as string));
  const tokenizer = {
    decode: (tokens: ArrayLike<number>) => Buffer.concat(Array.from(tokens, (token) => bytes[token])).toString('utf8'),
  } as unknown as Tokenizer;
  return { tokenizer, tokens: Int32Array.from(pieces, (_, index) => index) };
}

describe('labelOfRange', () => {
  const spans = [
    { start: 0, end: 3, label: 'core' },
    { start: 4, end: 9, label: 'trivial' },
  ] as const;
  const text = '3+4 is wording';
  test.each([
    ['most characters decide', 1, 8, 'trivial'],
    ['core wins a tie', 2, 5, 'core'],
    ['white space does not count beside other characters', 3, 5, 'trivial'],
    ['no span, no label', 10, 14, undefined],
    ['white space between spans has none', 3, 4, undefined],
  ])('%s', (_, start, end, expected) => expect(labelOfRange(text, spans, start, end)).toBe(expected));
});

describe('tokenOffsets', () => {
  test('of many blocks join to the text, characters of several tokens included', () => {
    const emoji = [...Buffer.from('😀')];
    const pieces = Array.from({ length: 300 }, (_, index) =>
      index % 7 === 3 ? emoji.slice(0, 2) : index % 7 === 4 ? emoji.slice(2) : ` w${index}`,
    );
    const { tokenizer, tokens } = pieceTokenizer(pieces);
    const { text, ends } = tokenOffsets(tokenizer, tokens)!;
    pieces.forEach((piece, index) => {
      const own = text.slice(index === 0 ? 0 : ends[index - 1], ends[index]);
      expect(own).toBe(index % 7 === 3 ? '' : index % 7 === 4 ? '😀' : piece);
    });
  });
});

test('labelTokens finds the response behind a prompt that says the same', () => {
  const { tokenizer, tokens } = pieceTokenizer(['<s>', 'is 7', '?', ' is', ' 7', '</s>']);
  const target = Uint8Array.from([0, 0, 0, 1, 1, 1]);
  const spans = [
    { start: 1, end: 3, label: 'trivial' },
    { start: 4, end: 5, label: 'core' },
  ] as const;
  expect(labelTokens(tokenizer, tokens, target, ' is 7', spans)).toEqual([
    { index: 3, start: 0, end: 3, text: ' is', label: 'trivial' },
    { index: 4, start: 3, end: 5, text: ' 7', label: 'core' },
    { index: 5, start: -1, end: -1, text: '</s>', label: undefined },
  ]);
  expect(() => labelTokens(tokenizer, tokens, target, 'is 8', spans)).toThrow('not found in the text of its tokens');
});
