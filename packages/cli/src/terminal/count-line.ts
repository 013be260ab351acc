import { shownDuration } from './duration.js';
import type { TerminalStream } from './terminal.js';

/** Seconds from which on a rate is worth a forecast. */
const forecastSeconds = 1;

/**
 * A redrawn line `name: done of total, 3:07 left`, at most ten times a second; nothing where nobody watches. What was done when it
 * was first shown, as when a run goes on, says nothing about the speed.
 *
 * @param now milliseconds since some fixed point; default: the process's monotonic clock
 */
export function countLine(stream: TerminalStream, name: string, now: () => number = () => performance.now()) {
  let lastDrawn = -Infinity;
  let shown = false;
  let first: { readonly done: number; readonly at: number } | undefined;
  return {
    show(done: number, total: number): void {
      first ??= { done, at: now() };
      if (!stream.interactive || now() - lastDrawn < 100) return;
      lastDrawn = now();
      shown = true;
      const seconds = (now() - first.at) / 1000;
      const rate = (done - first.done) / seconds;
      const left = seconds >= forecastSeconds && rate > 0 ? `, ${shownDuration((total - done) / rate)} left` : '';
      stream.write(`\r\u001b[K${name}: ${done} of ${total}${left}`);
    },
    clear(): void {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
