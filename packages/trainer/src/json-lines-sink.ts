import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { OutputError, writeError, type EventSink, type RunEvent } from '@profit-sft/core';
import { syncDirectory } from '@profit-sft/durable-files';

/** A sink that writes one JSON object per line and knows how long its file is. */
export interface JsonLinesSink extends EventSink {
  write(event: RunEvent): void;
  /** Brings everything written to the disk and returns the length of the file in bytes. */
  flush(): number;
  close(): void;
}

/**
 * Opens (or creates) a log of events. Every event is handed to the operating system at once, so a killed process loses
 * none. The file is first cut to `length` bytes (default 0: a new log), which is how a resumed run drops the events that
 * came after its checkpoint.
 * @throws OutputError when the file cannot be opened, or is shorter than `length`.
 */
export function jsonLinesSink(path: string, { length = 0 }: { length?: number } = {}): JsonLinesSink {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'a+');
  } catch (error) {
    throw writeError(path, error);
  }
  const size = fstatSync(descriptor).size;
  if (size < length) {
    closeSync(descriptor);
    throw new OutputError(
      path,
      `has ${size} bytes, but its checkpoint was written when it had ${length}. The file was changed; the run cannot be continued exactly`,
    );
  }
  try {
    ftruncateSync(descriptor, length);
  } catch (error) {
    closeSync(descriptor);
    throw writeError(path, error);
  }
  let open = true;
  /** A checkpoint counts on the log; after a loss of power that needs its name, too. */
  let isNamed = false;
  return {
    write(event) {
      try {
        const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
        for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
      } catch (error) {
        throw writeError(path, error);
      }
    },
    flush() {
      try {
        fsyncSync(descriptor);
        if (!isNamed) syncDirectory(dirname(path));
        isNamed = true;
        return fstatSync(descriptor).size;
      } catch (error) {
        throw writeError(path, error);
      }
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}
