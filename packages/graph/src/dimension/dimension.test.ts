import { describe, expect, test } from 'vitest';
import {
  addDimensions,
  bindShape,
  canonicalDimension,
  dimensionTerms,
  elementCount,
  evaluateDimension,
  multiplyDimensions,
  negateDimension,
  type Dimension,
} from './dimension.js';

describe('canonical form', () => {
  test.each<[Dimension, Dimension]>([
    [3, 3],
    ['3', 3],
    ['sequence*batch', 'batch*sequence'],
    ['b+a', 'a+b'],
    ['a+3', '3+a'],
    ['a+a', '2*a'],
    ['a*2*b*3', '6*a*b'],
    ['2*a+-2*a', 0],
    ['a+0*b', 'a'],
    ['1*a', 'a'],
    ['-1*b+a', 'a+-1*b'],
    ['2*3+1', 7],
  ])('%s is %s', (written, canonical) => {
    expect(canonicalDimension(written)).toBe(canonical);
    expect(canonicalDimension(canonical)).toBe(canonical);
  });

  test.each(['', 'a b', 'a-b', '2.5*a', '2a', '+a', 'a**b', '__proto__.x', 'é'])('"%s" is refused', (text) => {
    expect(() => canonicalDimension(text)).toThrow(`"${text}" is not a dimension`);
  });

  test.each([1.5, NaN, Infinity, 2 ** 53])('the number %s is refused', (value) => {
    expect(() => canonicalDimension(value)).toThrow(`${value} is not a dimension`);
  });
});

describe('arithmetic', () => {
  test('sums', () => {
    expect(addDimensions()).toBe(0);
    expect(addDimensions(2, 3)).toBe(5);
    expect(addDimensions('a', 1, 'a')).toBe('1+2*a');
    expect(addDimensions('a+b', negateDimension('a'))).toBe('b');
    expect(addDimensions('a', negateDimension('a'))).toBe(0);
  });

  test('products', () => {
    expect(multiplyDimensions()).toBe(1);
    expect(multiplyDimensions(2, 3)).toBe(6);
    expect(multiplyDimensions('b', 2, 'a')).toBe('2*a*b');
    expect(multiplyDimensions('a+1', 'a+-1')).toBe('-1+a*a');
    expect(multiplyDimensions('a', 0)).toBe(0);
    expect(negateDimension('a+-2*b')).toBe('-1*a+2*b');
  });

  test('equal products in any order and grouping are equal strings', () => {
    const one = multiplyDimensions(addDimensions('past', 'new'), 'heads', 4);
    const other = addDimensions(multiplyDimensions(2, 'heads', 'new', 2), multiplyDimensions('past', 4, 'heads'));
    expect(one).toBe(other);
    expect(elementCount(['n', 2, 'm'])).toBe(elementCount([2, 'm', 'n']));
    expect(elementCount([])).toBe(1);
  });

  test('terms', () => {
    expect(dimensionTerms('-1*b+2*a*b+7')).toEqual([
      { coefficient: -1, symbols: ['b'] },
      { coefficient: 2, symbols: ['a', 'b'] },
      { coefficient: 7, symbols: [] },
    ]);
  });
});

describe('values', () => {
  const symbols = new Map([
    ['a', 5],
    ['b', 3],
  ]);

  test('evaluate', () => {
    expect(evaluateDimension(4, symbols)).toBe(4);
    expect(evaluateDimension('2*a*b+-1*b+1', symbols)).toBe(28);
    expect(() => evaluateDimension('a+c', symbols)).toThrow('symbol "c" of dimension "a+c" has no value');
  });

  test('a shape binds its symbols, whatever the order of its axes', () => {
    const bound = new Map<string, number>();
    bindShape(['n+m', 'n', 'm', 2], [7, 3, 4, 2], bound, 'input "x"');
    expect(Object.fromEntries(bound)).toEqual({ n: 3, m: 4 });
  });

  test('a composite size without its symbols is bound as a whole', () => {
    const bound = new Map<string, number>();
    bindShape(['n*m'], [6], bound, 'input "x"');
    bindShape(['n*m', 2], [6, 2], bound, 'input "y"');
    expect(() => bindShape(['n*m'], [8], bound, 'input "z"')).toThrow('input "z" has shape [8], expected [n*m]');
  });

  test.each<[Dimension[], number[], string]>([
    [['n'], [2, 3], 'input "x" has rank 2, expected shape [n]'],
    [['n', 'n'], [2, 3], 'input "x" has shape [2, 3], expected [n, n]'],
    [['n', 4], [2, 3], 'input "x" has shape [2, 3], expected [n, 4]'],
    [['n', '2*n'], [2, 5], 'input "x" has shape [2, 5], expected [n, 2*n]'],
  ])('[%s] does not take %j', (declared, actual, message) => {
    expect(() => bindShape(declared, actual, new Map(), 'input "x"')).toThrow(message);
  });

  test('a symbol keeps its value from one shape to the next', () => {
    const bound = new Map([['n', 2]]);
    expect(() => bindShape(['n'], [3], bound, 'input "y"')).toThrow('input "y" has shape [3], expected [n]');
  });
});
