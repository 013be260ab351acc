import { InvalidDataError } from '@profit-sft/core';
import { readBytes } from './read-bytes.js';

const newline = 0x0a;
const carriageReturn = 0x0d;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its line end and, on the first line, without a byte order mark. */
  readonly text: string;
}

export interface ReadLinesOptions {
  /** Longest line in bytes; a longer one is an error, so that a wrong file cannot fill the memory. */
  readonly maxLineBytes: number;
  /** Sees every byte of the content in order. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** The lines of a UTF-8 file, `.gz` or not, as they are read. Throws `InvalidDataError` with the line for bytes that are not UTF-8. */
export async function* readLines(file: string, options: ReadLinesOptions): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let number = 0;

  const hold = (part: Buffer): void => {
    pendingBytes += part.length;
    if (pendingBytes > options.maxLineBytes) {
      throw new InvalidDataError(file, `is longer than ${options.maxLineBytes} bytes; is it one JSON value per line?`, {
        line: number + 1,
      });
    }
    pending.push(part);
  };
  const finish = (): Line => {
    let bytes = Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    number++;
    if (bytes.at(-1) === carriageReturn) bytes = bytes.subarray(0, -1);
    try {
      // The decoder drops a byte order mark at the start.
      return { number, text: decoder.decode(bytes) };
    } catch (cause) {
      throw new InvalidDataError(file, 'is not valid UTF-8', { line: number, cause });
    }
  };

  for await (const chunk of readBytes(file)) {
    options.onBytes?.(chunk);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      hold(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  }
  if (pendingBytes > 0) yield finish();
}
