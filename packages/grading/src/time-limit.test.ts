import { describe, expect, it } from 'vitest';
import { outOfTime, withTimeLimit } from './time-limit.js';

describe('withTimeLimit', () => {
  it('gives the result, and passes errors on', () => {
    expect(withTimeLimit(500, () => 7)).toBe(7);
    expect(() =>
      withTimeLimit(500, () => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
  });

  it.each([
    [
      'a loop',
      () => {
        for (;;);
      },
    ],
    ['a regular expression', () => /^(a+)+$/u.test('a'.repeat(60) + 'b')],
    [
      'arithmetic of whole numbers',
      () => {
        for (let n = 3n; ;) n *= n;
      },
    ],
  ])('stops %s', (_, task) => {
    const start = process.cpuUsage();
    expect(withTimeLimit<unknown>(100, task)).toBe(outOfTime);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2000);
    expect(withTimeLimit(500, () => 'as before')).toBe('as before');
  });
});
