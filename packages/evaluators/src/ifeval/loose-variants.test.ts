import { expect, test } from 'vitest';
import { looseVariants } from './loose-variants.js';

test('the response, without its first and last line, each without asterisks', () => {
  expect(looseVariants('Sure:\n*one*\ntwo\nBye')).toEqual([
    'Sure:\n*one*\ntwo\nBye',
    'Sure:\none\ntwo\nBye',
    '*one*\ntwo\nBye',
    'one\ntwo\nBye',
    'Sure:\n*one*\ntwo',
    'Sure:\none\ntwo',
    '*one*\ntwo',
    'one\ntwo',
  ]);
});

test('only the cut ones are stripped', () => {
  expect(looseVariants(' a\n b \n')).toEqual([' a\n b \n', 'b', 'a\n b']);
});

test('blank ones are left out', () => {
  expect(looseVariants('***')).toEqual(['***']);
  expect(looseVariants('one line')).toEqual(['one line']);
  expect(looseVariants(' \n \n')).toEqual([]);
});
