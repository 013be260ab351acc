import type { TerminalStream } from './terminal.js';

/** A redrawn line `name: done of total`, at most ten times a second; nothing where nobody watches. */
export function countLine(stream: TerminalStream, name: string) {
  let lastDrawn = -Infinity;
  let shown = false;
  return {
    show(done: number, total: number): void {
      if (!stream.interactive || performance.now() - lastDrawn < 100) return;
      lastDrawn = performance.now();
      shown = true;
      stream.write(`\r\u001b[K${name}: ${done} of ${total}`);
    },
    clear(): void {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}
