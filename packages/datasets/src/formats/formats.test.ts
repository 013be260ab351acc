import { mkdtemp, readFile, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InvalidDataError } from '@profit-sft/core';
import { describe, expect, test, afterAll } from 'vitest';
import type { FileRecord, RecordOptions } from './file-record.js';
import { formatOf, readerFor, type FormatName } from './formats.js';
import { decompressLz4Frame } from './lz4-frame.js';

const directory = await mkdtemp(join(tmpdir(), 'profit-formats-'));
afterAll(() => rm(directory, { recursive: true }));
const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function records(file: string, options: RecordOptions = {}, format?: FormatName): Promise<FileRecord[]> {
  const all: FileRecord[] = [];
  for await (const record of readerFor(file, format)(file, options)) all.push(record);
  return all;
}
const values = async (...args: Parameters<typeof records>): Promise<unknown[]> =>
  (await records(...args)).map(({ value }) => value);

async function failure(file: string, options: RecordOptions = {}): Promise<InvalidDataError> {
  const error: unknown = await records(file, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidDataError);
  return error as InvalidDataError;
}

/** Integers of 64 bits are bigints in both libraries. */
const numbers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)));

const wanted = JSON.parse(gunzipSync(await readFile(fixture('records.json.gz'))).toString()) as Record<
  string,
  unknown
>[];

describe('files that pyarrow wrote', () => {
  test.each([
    'snappy.parquet',
    'gzip.parquet',
    'brotli.parquet',
    'zstd.parquet',
    'lz4.parquet',
    'zstd.arrow',
    'lz4-stream.arrow',
    'lz4.feather',
  ])('%s', async (name) => {
    const read = await records(fixture(name));
    expect(numbers(read.map(({ value }) => value))).toEqual(wanted);
    expect(read.map(({ origin }) => origin)).toEqual(wanted.map((_, index) => `${fixture(name)}[${index}]`));
  });

  test('an uncompressed stream with a dictionary', async () => {
    const cut = wanted.map((record) => ({ ...record, question: (record.question as string).slice(0, 40) }));
    expect(numbers(await values(fixture('dictionary-stream.arrow')))).toEqual(cut);
  });

  test.each(['zstd.parquet', 'lz4.feather'])('%s: only the columns that are needed', async (name) => {
    const read = numbers(await values(fixture(name), { columns: ['answer.text', 'result'] }));
    expect(read).toEqual(wanted.map(({ answer, result }) => ({ answer, result })));
    // So that the error can say what there is.
    expect(Object.keys((await values(fixture(name), { columns: ['result', 'reply'] }))[0] as object)).toEqual(
      Object.keys(wanted[0]),
    );
  });

  test('text that is not UTF-8', async () => {
    expect((await failure(fixture('not-utf8.parquet'))).message).toMatch(
      /not-utf8\.parquet: is not a readable Parquet/,
    );
  });

  test.each(['snappy.parquet', 'zstd.arrow', 'lz4-stream.arrow', 'lz4.feather'])('%s, cut short', async (name) => {
    const whole = await readFile(fixture(name));
    for (const share of [0, 0.01, 0.3, 0.6, 0.99]) {
      const path = await write(`cut-${share}-${name}`, whole.subarray(0, Math.floor(share * whole.length)));
      try {
        // A stream whose end is missing may still hold all its batches.
        expect(numbers(await values(path))).toEqual(wanted);
        expect(share).toBe(0.99);
      } catch (error) {
        if (!(error instanceof InvalidDataError)) throw error;
        expect(error.message).toContain(path);
      }
    }
  });

  test('text under the name of a binary format', async () => {
    expect((await failure(await write('text.parquet', 'question,answer\na,b\n'))).message).toContain('Parquet');
    expect((await failure(await write('text.arrow', 'question,answer\na,b\n'))).message).toContain('Arrow');
  });
});

describe('LZ4', () => {
  test('blocks that are not compressed, and hostile ones', () => {
    const frame = (...blocks: number[]): Uint8Array =>
      Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0, ...blocks, 0, 0, 0, 0);
    expect(decompressLz4Frame(frame(3, 0, 0, 0x80, 7, 8, 9))).toEqual(Uint8Array.of(7, 8, 9));
    // Two literals and a match of 4 + 2 from 2 back.
    expect(decompressLz4Frame(frame(5, 0, 0, 0, 0x22, 1, 2, 2, 0))).toEqual(Uint8Array.of(1, 2, 1, 2, 1, 2, 1, 2));
    expect(() => decompressLz4Frame(frame(5, 0, 0, 0, 0x22, 1, 2, 9, 0))).toThrow('refer to what is not there');
    expect(() => decompressLz4Frame(frame(99, 0, 0, 0, 0x22))).toThrow('end too early');
    expect(() => decompressLz4Frame(frame(1, 0, 0, 0, 0xf0))).toThrow(RangeError);
    expect(() => decompressLz4Frame(Uint8Array.of(1, 2, 3))).toThrow('no LZ4 frame');
  });
});

describe('separated values', () => {
  test('quotes, line breaks in fields, CRLF and a byte order mark', async () => {
    const path = await write('a.csv', '\ufeffmr,ref\r\n"a, b","say ""hi""\nthere"\r\nc,"d"\r\n\r\n,é\r\n');
    expect(await records(path)).toEqual([
      { value: { mr: 'a, b', ref: 'say "hi"\nthere' }, origin: `${path}:2` },
      { value: { mr: 'c', ref: 'd' }, origin: `${path}:4` },
      { value: { mr: '', ref: 'é' }, origin: `${path}:6` },
    ]);
  });

  test('tabs, and gzip', async () => {
    const path = await write('a.tsv.gz', gzipSync('q\ta\n1, 2\t"x\ty"\n'));
    expect(await values(path)).toEqual([{ q: '1, 2', a: 'x\ty' }]);
  });

  test('a column that is called __proto__ is only a column', async () => {
    const [value] = await values(await write('proto.csv', '__proto__,a\nx,y\n'));
    expect(Object.entries(value as object)).toEqual([
      ['__proto__', 'x'],
      ['a', 'y'],
    ]);
  });

  test.each([
    ['short', 'a,b\n1,2\n3\n', 3, 'malformed CSV'],
    ['open', 'a,b\n1,"2\n3,4\n', undefined, 'malformed CSV'],
    ['stray', 'a,b\n1,2"3\n', 2, 'malformed CSV'],
    ['twice', 'a,b,a\n1,2,3\n', 1, 'has two columns named "a"'],
  ])('%s', async (name, content, line, message) => {
    const error = await failure(await write(`${name}.csv`, content));
    expect(error.message).toContain(message);
    if (line !== undefined) expect(error.line).toBe(line);
  });

  test('bytes that are not UTF-8', async () => {
    const path = await write('latin.csv', Buffer.concat([Buffer.from('a,b\n1,'), Uint8Array.of(0xe9, 0x0a)]));
    expect((await failure(path)).message).toContain('latin.csv: is not valid UTF-8');
  });
});

describe('JSON', () => {
  test('an array, a list in an object, and one object per line, compressed or not', async () => {
    const rows = [{ a: 1 }, { a: 2 }];
    const array = await write('array.json', ` ${JSON.stringify(rows, null, 1)}`);
    expect(await records(array)).toEqual(rows.map((value, index) => ({ value, origin: `${array}[${index}]` })));
    const object = await write('object.json.gz', gzipSync(JSON.stringify({ version: 1, data: rows, tags: ['x'] })));
    expect((await records(object, { key: 'data' }))[1]).toEqual({ value: { a: 2 }, origin: `${object}.data[1]` });
    const lines = await write('lines.json', rows.map((row) => JSON.stringify(row)).join('\n'));
    expect((await records(lines))[1]).toEqual({ value: { a: 2 }, origin: `${lines}:2` });
    expect(await values(await write('lines.jsonl.gz', gzipSync(await readFile(lines))))).toEqual(rows);
  });

  test('an object without a key says which lists it has', async () => {
    const path = await write('document.json', JSON.stringify({ version: 1, data: [], more: [] }, null, 2));
    expect((await failure(path)).message).toContain('its lists are "data", "more"');
    expect((await failure(path, { key: 'rows' })).message).toContain(
      'has no list "rows"; its lists are "data", "more"',
    );
    expect((await failure(await write('none.json', '{\n"a": 1}'))).message).toContain(
      'none of its keys is a list: "a"',
    );
    expect((await failure(await write('list.json', '[]'), { key: 'rows' })).message).toContain('is a list');
  });
});

describe('files', () => {
  test('the format is told by the extension', async () => {
    expect(['a.JSONL', 'a.ndjson.gz', 'a.feather', 'a.txt'].map(formatOf)).toEqual([
      'jsonl',
      'jsonl',
      'arrow',
      undefined,
    ]);
    const path = await write('rows.data', 'a,b\n1,2\n');
    expect(await values(path, {}, 'csv')).toEqual([{ a: '1', b: '2' }]);
    expect((await failure(path)).message).toContain('.jsonl, .ndjson, .json, .csv, .tsv, .parquet, .arrow, .feather');
    expect((await failure(await write('a.parquet.gz', ''))).message).toContain('decompress it');
  });

  test.each([
    ['jsonl.gz', '{"a":"b"}\n'.repeat(5000)],
    ['json.gz', `[${'{"a":"b"},'.repeat(5000)}{}]`],
    ['csv.gz', 'a,b\n'.repeat(5000)],
  ])('a cut %s', async (extension, content) => {
    const path = await write(`cut.${extension}`, gzipSync(content).subarray(0, -20));
    expect((await failure(path)).message).toContain('is not a whole gzip file');
  });

  test.each(['parquet', 'arrow', 'csv', 'json', 'jsonl'])('a %s file that is not there', async (extension) => {
    expect((await failure(join(directory, `nowhere.${extension}`))).message).toContain('does not exist');
  });
});
