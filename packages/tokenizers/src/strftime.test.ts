import { expect, test } from 'vitest';
import { strftime } from './strftime.js';

const date = new Date(2025, 6, 4, 15, 7, 9);

test.each([
  ['%d %b %Y', '04 Jul 2025'],
  ['%B %d, %Y', 'July 04, 2025'],
  ['%A %a %-d %e', 'Friday Fri 4  4'],
  ['%Y-%m-%d %H:%M:%S', '2025-07-04 15:07:09'],
  ['%I %p %y %j 100%%', '03 PM 25 185 100%'],
  ['%-I %-M', '3 7'],
])('%s', (format, expected) => {
  expect(strftime(date, format)).toBe(expected);
});

test('midnight is 12 AM, and a padded zero stays one digit', () => {
  expect(strftime(new Date(2025, 0, 1, 0, 0), '%I %p %-H %j')).toBe('12 AM 0 001');
});

test('an unknown directive is an error', () => {
  expect(() => strftime(date, '%Q')).toThrow('"%Q"');
});
