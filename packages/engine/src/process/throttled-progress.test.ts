import { expect, test } from 'vitest';
import { ThrottledProgress } from './throttled-progress.js';

test('the first and the last count pass, and few between', () => {
  const passed: number[] = [];
  const progress = new ThrottledProgress((tokens) => passed.push(tokens), 60_000);
  for (let tokens = 1; tokens <= 100; tokens++) progress.report(tokens);
  progress.finish();
  progress.finish();
  expect(passed).toEqual([1, 100]);
});

test('without an interval every count passes once', () => {
  const passed: number[] = [];
  const progress = new ThrottledProgress((tokens) => passed.push(tokens), 0);
  [1, 2, 3].forEach(progress.report);
  progress.finish();
  expect(passed).toEqual([1, 2, 3]);
});
