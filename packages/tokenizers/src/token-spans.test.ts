import { describe, expect, test } from 'vitest';
import { alignTokens, markTokens } from './token-spans.js';
import { bytesForPeople, surfaceKind, tokenBytes } from './token-surface.js';

const bytes = (...texts: (string | number[])[]): Uint8Array[] =>
  texts.map((text) => (typeof text === 'string' ? Buffer.from(text) : Uint8Array.from(text)));

describe('alignment', () => {
  test('tokens that join to the text', () => {
    expect(alignTokens('a bé', bytes('a', ' b', [0xc3], [0xa9]))).toEqual([
      [0, 1],
      [1, 3],
      [3, 4],
      [4, 5],
    ]);
  });

  test('a space that the tokenizer put before a section covers nothing', () => {
    expect(alignTokens('ab', bytes(' ', 'ab'))).toEqual([
      [0, 0],
      [0, 2],
    ]);
    expect(alignTokens('<s>ab', bytes('<s>', ' ab'))).toEqual([
      [0, 3],
      [3, 5],
    ]);
  });

  test('white space that an added token strips is skipped', () => {
    expect(alignTokens('<u>\n\nhi \n', bytes('<u>', 'hi'))).toEqual([
      [0, 3],
      [5, 7],
    ]);
  });

  test('other text is not aligned', () => {
    expect(alignTokens('Abc', bytes('abc'))).toBeUndefined();
    expect(alignTokens('abc', bytes('ab'))).toBeUndefined();
    expect(alignTokens('ab', bytes('abc'))).toBeUndefined();
  });
});

describe('marks', () => {
  const noEncoding = (): number[] => [99];

  test('a token that overlaps a span belongs to it', () => {
    expect([...markTokens('ab cd', [[3, 5]], [1, 2, 3], bytes('ab', ' c', 'd'), noEncoding)!]).toEqual([0, 1, 1]);
    expect([...markTokens('ab cd', [[0, 2]], [1, 2, 3], bytes('ab', ' c', 'd'), noEncoding)!]).toEqual([1, 0, 0]);
  });

  test('spans count characters, tokens bytes', () => {
    // "né😀x": the span is the emoji, UTF-16 indices 2 to 4, in two tokens.
    const surfaces = bytes('n', 'é', [0xf0, 0x9f], [0x98, 0x80], 'x');
    expect([...markTokens('né😀x', [[2, 4]], [1, 2, 3, 4, 5], surfaces, noEncoding)!]).toEqual([0, 0, 1, 1, 0]);
  });

  test('text that the tokenizer normalises to NFC', () => {
    const surfaces = bytes('é', 'x');
    expect([...markTokens('e\u0301x', [[2, 3]], [1, 2], surfaces, noEncoding)!]).toEqual([0, 1]);
    // A span that begins inside a composed character cannot be told apart.
    expect(markTokens('e\u0301x', [[1, 3]], [1, 2], surfaces, noEncoding)).toBeUndefined();
  });

  test('otherwise by encoding the text up to each bound', () => {
    const lowercase = (text: string): number[] => [...text.toLowerCase()].map((letter) => letter.charCodeAt(0));
    const text = 'ABC';
    expect([...markTokens(text, [[1, 2]], lowercase(text), bytes('a', 'b', 'c'), lowercase)!]).toEqual([0, 1, 0]);
  });
});

describe('what tokens stand for', () => {
  test('the decoder tells the kind', () => {
    expect(surfaceKind({ type: 'ByteLevel' })).toBe('byte-level');
    expect(surfaceKind({ type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] })).toBe('metaspace');
    expect(surfaceKind(null)).toBe('plain');
  });

  test('every byte has its byte-level character', () => {
    expect([...tokenBytes('Ġhello', 'byte-level', false)]).toEqual([...Buffer.from(' hello')]);
    expect([...tokenBytes('Ã©Ċ', 'byte-level', false)]).toEqual([0xc3, 0xa9, 0x0a]);
    expect([...tokenBytes('ĀÿĠ', 'byte-level', false)]).toEqual([0, 0xff, 0x20]);
    expect([...tokenBytes('<|Ġ|>', 'byte-level', true)]).toEqual([...Buffer.from('<|Ġ|>')]);
  });

  test('metaspace and byte fallback', () => {
    expect([...tokenBytes('▁the', 'metaspace', false)]).toEqual([...Buffer.from(' the')]);
    expect([...tokenBytes('<0xE2>', 'metaspace', false)]).toEqual([0xe2]);
  });

  test('incomplete characters are shown as bytes', () => {
    expect(bytesForPeople(Uint8Array.of(0x61, 0xe2, 0x82))).toBe('a<0xE2><0x82>');
    expect(bytesForPeople(Buffer.from('é€😀\ufffd'))).toBe('é€😀\ufffd');
    expect(bytesForPeople(Uint8Array.of(0xff, 0x41, 0xc0, 0x80))).toBe('<0xFF>A<0xC0><0x80>');
  });
});
