import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { parseJson, type RunEvent } from '@profit-sft/core';

export interface EventLog {
  readonly events: readonly RunEvent[];
  /** Lines that are no events: half lines of killed processes, or what somebody wrote into the file. */
  readonly skippedLines: number;
}

interface ReadLog {
  events: RunEvent[];
  skippedLines: number;
  /** Bytes that were read, up to the end of the last whole line. */
  offset: number;
  /** The last whole line, by which a log that was cut and written again is told. */
  lastLine: string;
}

function isEvent(value: unknown): value is RunEvent {
  const { type, step } = (value ?? {}) as { type?: unknown; step?: unknown };
  return typeof type === 'string' && typeof step === 'number';
}

function readRange(path: string, from: number, to: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const end = Math.min(to, fstatSync(descriptor).size);
    const bytes = Buffer.alloc(Math.max(0, end - from));
    const read = readSync(descriptor, bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, read);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Files of runs, for those who read them again and again while they grow. Nothing is read twice that has not changed; of a log only what was
 * added is.
 */
export class CachedFiles {
  private readonly logs = new Map<string, ReadLog>();
  private readonly documents = new Map<string, { readonly version: string; readonly value: unknown }>();

  /** What a JSON file holds; undefined where there is none, or where it is not (yet) JSON. */
  json(path: string): unknown {
    let version: string;
    try {
      // A file that is replaced is another one, whatever time the clock gives it.
      const { ino, mtimeMs, size } = statSync(path);
      version = `${ino} ${mtimeMs} ${size}`;
    } catch {
      return undefined;
    }
    const known = this.documents.get(path);
    if (known?.version === version) return known.value;
    let value: unknown;
    try {
      value = parseJson(readFileSync(path, 'utf8'));
    } catch {
      value = undefined;
    }
    this.documents.set(path, { version, value });
    return value;
  }

  /** The events of a log, those of its last line only once that is whole; none where there is no log. */
  events(path: string): EventLog {
    let size: number;
    try {
      size = statSync(path).size;
    } catch {
      this.logs.delete(path);
      return { events: [], skippedLines: 0 };
    }
    let log = this.logs.get(path);
    // A resumed run cuts its log back to its checkpoint and writes on.
    if (log !== undefined && (size < log.offset || !this.isUnchanged(path, log))) log = undefined;
    log ??= { events: [], skippedLines: 0, offset: 0, lastLine: '' };
    if (size > log.offset) {
      const text = readRange(path, log.offset, size);
      const end = text.lastIndexOf('\n') + 1;
      for (const line of text.slice(0, end).split('\n')) {
        if (line === '') continue;
        log.lastLine = line;
        try {
          const value: unknown = parseJson(line);
          if (isEvent(value)) log.events.push(value);
          else log.skippedLines += 1;
        } catch {
          log.skippedLines += 1;
        }
      }
      log.offset += Buffer.byteLength(text.slice(0, end));
    }
    this.logs.set(path, log);
    // A copy: what was returned before stays as it was.
    return { events: log.events.slice(), skippedLines: log.skippedLines };
  }

  private isUnchanged(path: string, { offset, lastLine }: ReadLog): boolean {
    if (lastLine === '') return true;
    const expected = `${lastLine}\n`;
    return readRange(path, offset - Buffer.byteLength(expected), offset) === expected;
  }
}
