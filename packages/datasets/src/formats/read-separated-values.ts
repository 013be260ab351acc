import { Readable, pipeline } from 'node:stream';
import { InvalidDataError } from '@profit-sft/core';
import { CsvError, parse } from 'csv-parse';
import type { FileRecord, RecordReader } from './file-record.js';
import { readBytes } from './read-bytes.js';

/** Longest record in characters, so that a quote that is never closed cannot fill the memory. */
const maxRecordLength = 64 * 1024 * 1024;

async function* decoded(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of readBytes(file)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    throw cause instanceof TypeError ? new InvalidDataError(file, 'is not valid UTF-8', { cause }) : cause;
  }
}

interface ParsedRecord {
  readonly record: readonly string[];
  /** `lines`: the line on which the record ends, from 1. */
  readonly info: { readonly lines: number };
}

const lineBreaks = (text: string): number => text.split('\n').length - 1;

function checkHeader(file: string, header: readonly string[]): void {
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidDataError(file, `has two columns named "${twice}"`, { line: 1 });
}

/**
 * Records of a file of separated values (RFC 4180: quotes around a field that holds the separator, a line break or a
 * quote, which is doubled). The first record names the columns; all values are text.
 */
export function separatedValuesReader(delimiter: ',' | '\t'): RecordReader {
  return async function* read(file): AsyncGenerator<FileRecord> {
    const parser = parse({ delimiter, info: true, skip_empty_lines: true, max_record_size: maxRecordLength });
    const records = pipeline(Readable.from(decoded(file), { objectMode: false }), parser, () => undefined);
    let header: readonly string[] | undefined;
    try {
      for await (const { record, info } of records as AsyncIterable<ParsedRecord>) {
        if (header === undefined) {
          header = record;
          checkHeader(file, header);
          continue;
        }
        const value = Object.fromEntries(header.map((name, column) => [name, record[column]]));
        const line = info.lines - record.reduce((sum, field) => sum + lineBreaks(field), 0);
        yield { value, origin: `${file}:${line}` };
      }
    } catch (cause) {
      if (!(cause instanceof CsvError)) throw cause;
      const { lines } = cause as { lines?: unknown };
      throw new InvalidDataError(file, `malformed ${delimiter === ',' ? 'CSV' : 'TSV'}: ${cause.message}`, {
        line: typeof lines === 'number' ? lines : undefined,
        cause,
      });
    }
  };
}
