import { describe, expect, it, test } from 'vitest';
import { isLowerCase, isUpperCase, splitWhitespace, strip, stripCharacters, wordBoundary } from './python-text.js';

// Expected values are those of Python 3.11.
test.each([
  ['ABC', true, false],
  ['abc', false, true],
  ['A1!', true, false],
  ['123', false, false],
  ['', false, false],
  ['Ab', false, false],
  ['ǅ', false, false],
  ['ª', false, true],
  ['Ⓐ', true, false],
  ['ĸ', false, true],
  ['汉', false, false],
])('case of %j', (text, upper, lower) => {
  expect(isUpperCase(text)).toBe(upper);
  expect(isLowerCase(text)).toBe(lower);
});

describe('strip', () => {
  it('takes what Python takes for white space', () => {
    expect(strip('\x1c\x85\u00a0\u3000 a b\t\n')).toBe('a b');
    expect(strip('\ufeffa\u200b')).toBe('\ufeffa\u200b');
    expect(strip(' \n ')).toBe('');
  });

  it('strips one character at each end', () => {
    expect(stripCharacters('<<a>>', '<', '>')).toBe('a');
    expect(stripCharacters('>>a<<', '<', '>')).toBe('>>a<<');
  });

  it('splits', () => expect(splitWhitespace(' a\u2003b\n\nc ')).toEqual(['a', 'b', 'c']));
});

test('word boundaries know letters of all scripts, and marks are none', () => {
  const words = (text: string): number => text.match(new RegExp(wordBoundary, 'gu'))?.length ?? 0;
  expect(words('für Élan')).toBe(4);
  expect(words('a_1 ')).toBe(2);
  // The vowel sign is a mark: Python sees two words.
  expect(words('कि')).toBe(2);
  expect(words('किक')).toBe(4);
});
