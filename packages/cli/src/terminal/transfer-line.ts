import { shownDuration } from './duration.js';
import type { TerminalStream } from './terminal.js';

/** Redraws at most this often on an interactive terminal. */
const redrawMilliseconds = 100;
/** One line at most this often elsewhere, e.g. in a log file. */
const lineMilliseconds = 5000;
/** Characters of the bar. */
const barWidth = 24;

/** A number of bytes for people: `0.4 kB`, `12.3 MB`. */
export function shownBytes(bytes: number): string {
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${(bytes / (size as number)).toFixed(1)} ${unit}`;
}

/**
 * How far a transfer is: a bar that is redrawn where a person watches, a line every few seconds elsewhere.
 *
 * @param now milliseconds since some fixed point; default: the process's monotonic clock
 */
export function transferLine(stream: TerminalStream, now: () => number = () => performance.now()) {
  const interval = stream.interactive ? redrawMilliseconds : lineMilliseconds;
  const started = now();
  let lastDrawn = stream.interactive ? -Infinity : started;
  let firstDone: number | undefined;
  let shown = false;
  return {
    show(name: string, done: number, total: number): void {
      // What was here before this run says nothing about its speed.
      firstDone ??= done;
      if (now() - lastDrawn < interval) return;
      lastDrawn = now();
      const seconds = (now() - started) / 1000;
      const rate = seconds > 0 ? (done - firstDone) / seconds : 0;
      const share = total > 0 ? done / total : 1;
      const filled = Math.round(share * barWidth);
      const line = [
        `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${Math.floor(100 * share)} %`,
        `${shownBytes(done)} of ${shownBytes(total)}`,
        `${shownBytes(rate)}/s`,
        rate > 0 ? `${shownDuration((total - done) / rate)} left` : '– left',
        name,
      ].join('  ');
      if (!stream.interactive) return stream.write(`${line}\n`);
      shown = true;
      stream.write(`\r\u001b[K${line.slice(0, Math.max(1, stream.columns - 1))}`);
    },
    clear(): void {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
