import type { FromEngine } from './protocol.js';

/** Its arrays may change as soon as this returns. */
export function sendToParent(message: FromEngine): void {
  // A parent that is gone hears nothing: this process is about to end.
  process.send?.(message, undefined, {}, () => undefined);
}
