import { expect, test } from 'vitest';
import { firstDifference } from './first-difference.js';

test.each([
  [{ a: [1, 2] }, { a: [1, 2] }, undefined],
  [{ a: [1, 2] }, { a: [1, 3] }, 'a.1 is 2 instead of 3'],
  [{ a: 1 }, { a: 1, b: 'x' }, 'b is undefined instead of "x"'],
  [{ a: { b: 1 } }, { a: null }, 'a is {"b":1} instead of null'],
])('of %j and %j', (actual, expected, difference) => {
  expect(firstDifference(actual, expected)).toBe(difference);
});
