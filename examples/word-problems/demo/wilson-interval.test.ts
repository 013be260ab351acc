import { expect, it } from 'vitest';
import { wilsonInterval } from './wilson-interval.js';

it('agrees with published values', () => {
  // Newcombe (1998), Statistics in Medicine 17, table I: 81/263 and 15/148.
  const [low, high] = wilsonInterval(81, 263);
  expect([low, high].map((value) => Number(value.toFixed(4)))).toEqual([0.2553, 0.3662]);
  expect(wilsonInterval(15, 148).map((value) => Number(value.toFixed(4)))).toEqual([0.0624, 0.1605]);
});

it('stays within [0, 1]', () => {
  expect(wilsonInterval(0, 20)[0]).toBe(0);
  expect(wilsonInterval(20, 20)[1]).toBe(1);
});
