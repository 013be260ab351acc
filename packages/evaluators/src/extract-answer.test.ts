import { InvalidConfigError, ProfitError } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { extractByPattern, lastNumber, longestSearchedText } from './extract-answer.js';

describe('lastNumber', () => {
  it.each([
    ['It costs 1,250.50 dollars.', '1250.5'],
    ['no digits here', undefined],
  ])('%s', (text, expected) => expect(lastNumber(text)).toBe(expected));
});

describe('extractByPattern', () => {
  it('takes the first group of the first match, trimmed', () => {
    const extract = extractByPattern('####\\s*([^#]+)');
    expect(extract('work #### New\n  York  #### other')).toBe('New York');
    expect(extract('nothing')).toBeUndefined();
  });

  it('looks no further than the bound', () => {
    const extract = extractByPattern('A(\\d)');
    expect(extract('x'.repeat(longestSearchedText - 2) + 'A1')).toBe('1');
    expect(extract('x'.repeat(longestSearchedText) + 'A1')).toBeUndefined();
  });

  it('stops catastrophic backtracking and names the pattern', () => {
    const extract = extractByPattern('(a+)+$');
    const start = performance.now();
    expect(() => extract('a'.repeat(80) + 'b')).toThrow(/answerPattern "\(a\+\)\+\$" took longer/);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(extract('aaa')).toBe('aaa');
  });

  it.each(['(unclosed', 'no group', '(?:not a group)'])('refuses %s', (pattern) => {
    expect(() => extractByPattern(pattern)).toThrow(InvalidConfigError);
    expect(() => extractByPattern(pattern)).toThrow(/answerPattern/);
    expect(() => extractByPattern(pattern)).toThrow(ProfitError);
  });
});
