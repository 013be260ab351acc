import { InvalidDataError, parseJson } from '@profit-sft/core';
import type { FileRecord, RecordOptions } from './file-record.js';
import { readLines } from './read-lines.js';
import { readBytes, readText } from './read-bytes.js';

const maxLineBytes = 64 * 1024 * 1024;
/** A JSON document is parsed in one piece; V8 holds no string much longer than this. */
const maxDocumentBytes = 256 * 1024 * 1024;

/** One JSON value per line. Blank lines are skipped. */
export async function* readJsonLines(
  file: string,
  { onBytes }: { onBytes?: (bytes: Uint8Array) => void } = {},
): AsyncGenerator<FileRecord> {
  for await (const { number, text } of readLines(file, { maxLineBytes, onBytes })) {
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (cause) {
      throw new InvalidDataError(file, `malformed JSON: ${(cause as Error).message}`, { line: number, cause });
    }
    yield { value, origin: `${file}:${number}` };
  }
}

/** The line of a JSON error, from the position that V8's message gives. */
function lineOfError(text: string, message: string): number | undefined {
  const position = /position (\d+)/.exec(message);
  if (position === null) return /end of JSON input/.test(message) ? text.split('\n').length : undefined;
  return text.slice(0, Number(position[1])).split('\n').length;
}

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ');

function listIn(file: string, document: unknown, key: string | undefined): readonly unknown[] {
  if (Array.isArray(document)) {
    if (key === undefined) return document;
    throw new InvalidDataError(file, `is a list, which has no key "${key}"; leave the option "key" out`);
  }
  if (typeof document !== 'object' || document === null) {
    throw new InvalidDataError(file, `is ${document === null ? 'null' : `a ${typeof document}`}, not a list of rows`);
  }
  const keys = Object.keys(document);
  const lists = keys.filter((name) => Array.isArray((document as Record<string, unknown>)[name]));
  if (key !== undefined && lists.includes(key)) return (document as Record<string, unknown[]>)[key];
  const there = lists.length === 0 ? `none of its keys is a list: ${quoted(keys)}` : `its lists are ${quoted(lists)}`;
  throw new InvalidDataError(
    file,
    key === undefined
      ? `is one JSON object; name the list in it with the option "key": ${there}`
      : `has no list "${key}"; ${there}`,
  );
}

/** A JSON array of records, or, where `key` is given, the list that a JSON object has there. */
export async function* readJsonDocument(file: string, { key }: RecordOptions): AsyncGenerator<FileRecord> {
  const text = await readText(file, maxDocumentBytes);
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InvalidDataError(file, `malformed JSON: ${message}`, { line: lineOfError(text, message), cause });
  }
  const place = key === undefined ? file : `${file}.${key}`;
  let index = 0;
  for (const value of listIn(file, document, key)) yield { value, origin: `${place}[${index++}]` };
}

/** Whether the first character of a file that is no space opens a JSON array. */
export async function beginsWithArray(file: string): Promise<boolean> {
  let start = '';
  const decoder = new TextDecoder();
  for await (const chunk of readBytes(file)) {
    start += decoder.decode(chunk, { stream: true });
    start = start.trimStart();
    if (start !== '') return start.startsWith('[');
  }
  return false;
}

/** Whether the first line that is not blank is a JSON object of its own: then the file holds one per line. */
async function beginsWithLine(file: string): Promise<boolean> {
  for await (const { text } of readLines(file, { maxLineBytes: maxDocumentBytes })) {
    if (text.trim() === '') continue;
    try {
      return typeof parseJson(text) === 'object';
    } catch {
      return false;
    }
  }
  return true;
}

/** A JSON array, the list at `key` of a JSON object, or one object per line, whatever the file is called. */
export async function* readJson(file: string, options: RecordOptions): AsyncGenerator<FileRecord> {
  const document = options.key !== undefined || (await beginsWithArray(file)) || !(await beginsWithLine(file));
  yield* document ? readJsonDocument(file, options) : readJsonLines(file);
}
