import { Worker } from 'node:worker_threads';

/**
 * Writes a growing number into each file, from a thread of its own, because the main thread may compute for minutes. Only into a file that is
 * there: after somebody has renamed it, it is somebody else's.
 */
const program = `
const { parentPort } = require('node:worker_threads');
const { closeSync, openSync, writeSync } = require('node:fs');
const beats = new Map();
parentPort.on('message', ({ file, milliseconds }) => {
  clearInterval(beats.get(file));
  beats.delete(file);
  if (milliseconds === undefined) return;
  let count = 0;
  const beat = () => {
    try {
      const descriptor = openSync(file, 'r+');
      try {
        writeSync(descriptor, String(++count), 0);
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // The file is gone, or the file system does not answer: whoever holds the lock asks before it writes.
    }
  };
  beats.set(file, setInterval(beat, milliseconds));
});
`;

let thread: Worker | undefined;

/** @returns ends it */
export function startHeartbeat(file: string, milliseconds: number): () => void {
  if (thread === undefined) {
    const started = new Worker(program, { eval: true, execArgv: [], env: {} });
    thread = started;
    started.unref();
    started.once('error', () => {
      if (thread === started) thread = undefined;
    });
  }
  const own = thread;
  own.postMessage({ file, milliseconds });
  return () => own.postMessage({ file });
}
