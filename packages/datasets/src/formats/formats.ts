import { extname } from 'node:path';
import { InvalidDataError } from '@profit-sft/core';
import type { RecordReader } from './file-record.js';
import { isCompressed } from './read-bytes.js';
import { readJson, readJsonLines } from './read-json.js';
import { separatedValuesReader } from './read-separated-values.js';

export const formatNames = ['jsonl', 'json', 'csv', 'tsv', 'parquet', 'arrow'] as const;
export type FormatName = (typeof formatNames)[number];

const readers: Readonly<Record<FormatName, RecordReader>> = {
  jsonl: (file) => readJsonLines(file),
  json: readJson,
  csv: separatedValuesReader(','),
  tsv: separatedValuesReader('\t'),
  // Loaded when they are needed: the Arrow library alone takes longer to load than everything else here.
  parquet: async function* (...args) {
    yield* (await import('./read-parquet.js')).readParquet(...args);
  },
  arrow: async function* (...args) {
    yield* (await import('./read-arrow.js')).readArrow(...args);
  },
};

const formatOfExtension: Readonly<Record<string, FormatName>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.parquet': 'parquet',
  '.arrow': 'arrow',
  '.feather': 'arrow',
};

/** The format that a file's name tells, `.gz` left aside. */
export function formatOf(file: string): FormatName | undefined {
  const name = isCompressed(file) ? file.slice(0, -3) : file;
  return formatOfExtension[extname(name).toLowerCase()];
}

/** The reader for a file: by `format`, else by the file's extension. */
export function readerFor(file: string, format: FormatName | undefined): RecordReader {
  const found = format ?? formatOf(file);
  if (found === undefined) {
    const known = Object.keys(formatOfExtension).join(', ');
    throw new InvalidDataError(
      file,
      `has none of the extensions ${known} (or these and .gz); say what it is with the option "format"`,
    );
  }
  if ((found === 'parquet' || found === 'arrow') && isCompressed(file)) {
    throw new InvalidDataError(file, `a ${found} file is read from any place in it, so not from gzip; decompress it`);
  }
  return readers[found];
}
