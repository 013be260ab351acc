import { describe, expect, test } from 'vitest';
import { spansOfWords } from './spans-of-words.js';
import { splitWords } from './split-words.js';

describe('splitWords', () => {
  test.each([
    ['So 12+3 = 15.', ['So', '12', '+', '3', '=', '15', '.']],
    ["It's well-known: 1,234.5 km", ["It's", 'well-known', ':', '1,234.5', 'km']],
    ['Café, naïve 😀!', ['Café', ',', 'naïve', '😀', '!']],
    [' \n\t', []],
  ])('%j', (text, expected) => {
    const words = splitWords(text);
    expect(words.map((word) => word.text)).toEqual(expected);
    for (const { text: word, start, end } of words) expect(text.slice(start, end)).toBe(word);
  });

  test('takes time in proportion to the text', () => {
    const before = process.cpuUsage();
    splitWords(`${'a-'.repeat(200_000)}${'1,'.repeat(200_000)}`);
    expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(2000);
  });
});

test('spansOfWords joins neighbours of one label', () => {
  const words = splitWords('we get 3 + 4');
  expect(spansOfWords(words, (word) => word >= 2)).toEqual([
    { start: 0, end: 6, label: 'trivial' },
    { start: 7, end: 12, label: 'core' },
  ]);
});
