import { expect, test } from 'vitest';
import { backoff, retryAfter } from './retry-delay.js';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after-ms': '30', 'retry-after': '1' }, 30],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, 5000],
  [{ 'retry-after': 'Thu, 01 Jan 2020 00:00:05 GMT' }, 0],
  // A clock of ours that is hours off does not matter.
  [{ 'retry-after': 'Thu, 01 Jan 2026 05:00:05 GMT', date: 'Thu, 01 Jan 2026 05:00:00 GMT' }, 5000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-1' }, undefined],
  [{}, undefined],
])('retryAfter of %j is %s', (headers, expected) => {
  expect(retryAfter(new Headers(headers as Record<string, string>), now)).toBe(expected);
});

test('backoff doubles up to a minute, less a jitter of up to half', () => {
  expect([0, 1, 2, 20].map((retry) => backoff(retry, 500, () => 1))).toEqual([500, 1000, 2000, 60_000]);
  expect(backoff(1, 500, () => 0)).toBe(500);
});
