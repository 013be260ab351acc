import { open } from 'node:fs/promises';
import { InvalidDataError } from '@profit-sft/core';
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { FileRecord, RecordOptions } from './file-record.js';
import { neededColumns } from './needed-columns.js';
import { fileSize } from './read-bytes.js';

/** Bytes that are not UTF-8 in a text column are an error, not replacement signs in the training data. */
const decoder = new TextDecoder('utf-8', { fatal: true });
const parsers = { stringFromBytes: (bytes: Uint8Array) => decoder.decode(bytes) };

/**
 * Records of a Parquet file, one row group in memory at a time; only the needed columns are read. Snappy, gzip, Brotli,
 * Zstandard and LZ4.
 */
export async function* readParquet(file: string, { columns }: RecordOptions): AsyncGenerator<FileRecord> {
  const byteLength = await fileSize(file);
  const handle = await open(file, 'r');
  const buffer: AsyncBuffer = {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new Error(`ends at byte ${start + bytesRead}`);
      return bytes.buffer;
    },
  };
  const decode = async <T>(what: Promise<T>): Promise<T> => {
    try {
      return await what;
    } catch (cause) {
      throw new InvalidDataError(file, `is not a readable Parquet file: ${(cause as Error).message}`, { cause });
    }
  };
  try {
    const metadata = await decode(parquetMetadataAsync(buffer, { parsers }));
    const wanted = neededColumns(columns, topLevel(metadata.schema));
    let index = 0;
    for (const group of metadata.row_groups) {
      const [rowStart, rowEnd] = [index, index + Number(group.num_rows)];
      const rows = await decode(
        parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd, columns: wanted, compressors, parsers }),
      );
      for (const value of rows) yield { value, origin: `${file}[${index++}]` };
    }
  } finally {
    await handle.close();
  }
}

interface SchemaElement {
  readonly name: string;
  readonly num_children?: number;
}

/** Names of the columns from a schema that lists its tree in depth-first order, the root first. */
function topLevel(schema: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  let position = 1;
  const skip = (): void => {
    const { num_children: children = 0 } = schema[position++];
    for (let child = 0; child < children; child++) skip();
  };
  while (position < schema.length) {
    names.push(schema[position].name);
    skip();
  }
  return names;
}
