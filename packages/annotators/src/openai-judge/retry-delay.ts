/** How long the server asks to wait, in milliseconds: `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const milliseconds = Number(headers.get('retry-after-ms') ?? NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const value = headers.get('retry-after');
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds < 0 ? undefined : 1000 * seconds;
  const date = Date.parse(value);
  // By the server's own clock where it says what that is: ours may be wrong.
  const serversNow = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - (Number.isNaN(serversNow) ? now : serversNow));
}

/** Exponential backoff with jitter: between half and the whole of `base` · 2^retry, at most a minute; in milliseconds. */
export function backoff(retry: number, base: number, random: () => number = Math.random): number {
  return Math.min(60_000, base * 2 ** retry) * (0.5 + 0.5 * random());
}
