import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { defineDataset, InvalidDataError, schema, type Dataset, type Row } from '@profit-sft/core';
import { eventLoopTurns } from './event-loop-turns.js';
import { parseRow, RowProblem } from './parse-row.js';
import { readLines } from './read-lines.js';
import { rowList } from './row-list.js';

const maxLineBytes = 64 * 1024 * 1024;
/** A JSON array is parsed in one piece; V8 holds no string much longer than this. */
const maxArrayBytes = 256 * 1024 * 1024;

/** Opens the file to see that it is one, and whether it holds a JSON array and not lines. */
async function inspect(path: string): Promise<{ size: number; array: boolean }> {
  try {
    const file = await open(path, 'r');
    try {
      const entry = await file.stat();
      if (!entry.isFile()) throw new InvalidDataError(path, 'is not a file');
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4096), position: 0 });
      const start = buffer
        .toString('utf8', 0, bytesRead)
        .replace(/^\ufeff/, '')
        .trimStart();
      return { size: entry.size, array: start.startsWith('[') };
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new InvalidDataError(path, 'does not exist', { cause });
    throw new InvalidDataError(path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function rowFrom(value: unknown, problem: (message: string) => InvalidDataError): Row {
  try {
    return parseRow(value);
  } catch (cause) {
    throw cause instanceof RowProblem ? problem(cause.message) : cause;
  }
}

async function loadLines(path: string): Promise<Dataset> {
  const rows: Row[] = [];
  const lines: number[] = [];
  const hash = createHash('sha256');
  const turn = eventLoopTurns();
  for await (const { number, text } of readLines(path, { maxLineBytes, onBytes: (bytes) => hash.update(bytes) })) {
    await turn();
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new InvalidDataError(path, `malformed JSON: ${(cause as Error).message}`, { line: number, cause });
    }
    rows.push(rowFrom(value, (message) => new InvalidDataError(path, message, { line: number })));
    lines.push(number);
  }
  if (rows.length === 0) throw new InvalidDataError(path, 'is empty: it holds no rows');
  return rowList(rows, (index) => `${path}:${lines[index]}`, hash.digest('hex'));
}

/** The line of a JSON error, from the position that V8's message gives. */
function lineOfError(text: string, message: string): number | undefined {
  const position = /position (\d+)/.exec(message);
  if (position === null) return /end of JSON input/.test(message) ? text.split('\n').length : undefined;
  return text.slice(0, Number(position[1])).split('\n').length;
}

async function loadArray(path: string, size: number): Promise<Dataset> {
  if (size > maxArrayBytes) {
    throw new InvalidDataError(path, `is a JSON array of ${size} bytes; write sets this large as one row per line`);
  }
  const bytes = await readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidDataError(path, 'is not valid UTF-8', { cause });
  }
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InvalidDataError(path, `malformed JSON: ${message}`, { line: lineOfError(text, message), cause });
  }
  const rows = (values as unknown[]).map((value, index) =>
    rowFrom(value, (message) => new InvalidDataError(`${path}[${index}]`, message)),
  );
  if (rows.length === 0) throw new InvalidDataError(path, 'is empty: it holds no rows');
  return rowList(rows, (index) => `${path}[${index}]`, createHash('sha256').update(bytes).digest('hex'));
}

/**
 * Rows from a file: one JSON object per line, or one JSON array of objects. Rows are `messages`, `prompt` with
 * `completion` or `references` or alone, `text`, or Alpaca's `instruction`, `input`, `output`. Other keys are ignored,
 * but those of a prompt alone are kept as `metadata`. UTF-8,
 * with or without a byte order mark; blank lines are skipped. Whatever does not fit is an `InvalidDataError` with file
 * and line. The fingerprint is the SHA-256 of the file.
 */
export const jsonl = defineDataset({
  name: 'jsonl',
  description: 'rows from a JSONL file or a JSON array: messages, prompt and completion, prompt and references, text',
  source: 'ours',
  options: schema.object({
    path: schema.string({ description: 'the file; in a configuration, relative to its folder' }),
  }),
  create: ({ path }) => ({
    async load() {
      const { size, array } = await inspect(path);
      return array ? loadArray(path, size) : loadLines(path);
    },
  }),
});
