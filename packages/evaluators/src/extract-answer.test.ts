import { InvalidConfigError, ProfitError } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { extractByPattern, lastNumber, longestSearchedText } from './extract-answer.js';

describe('lastNumber', () => {
  it.each([
    ['3 + 4 = 7', '7'],
    ['So she has 12 apples.', '12'],
    ['It costs 1,250.50 dollars.', '1250.5'],
    ['the change is -3', '-3'],
    ['the change is −3.0', '-3'],
    ['about .5 of it', '0.5'],
    ['0042', '42'],
    ['-0.00', '0'],
    ['12345678901234567891', '12345678901234567891'],
    ['on page 7, then nothing', '7'],
  ])('%s', (text, expected) => expect(lastNumber(text)).toBe(expected));

  it('finds none where there is none', () => {
    expect(lastNumber('no digits here')).toBeUndefined();
    expect(lastNumber('')).toBeUndefined();
  });

  it('is fast on adversarial text', () => {
    const start = performance.now();
    lastNumber('1,'.repeat(200_000));
    lastNumber('1'.repeat(200_000) + '.');
    lastNumber('-'.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
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
