import { open, type FileHandle } from 'node:fs/promises';
import { InvalidDataError } from '@profit-sft/core';
import { compressionRegistry, CompressionType, MapRow, RecordBatchReader, StructRow, Vector } from 'apache-arrow';
import { decompressZstd } from 'hyparquet-compressors';
import { boundFlatbuffers } from './bounded-flatbuffers.js';
import type { FileRecord, RecordOptions } from './file-record.js';
import { decompressLz4Frame } from './lz4-frame.js';
import { neededColumns } from './needed-columns.js';
import { fileSize } from './read-bytes.js';

/** Decompressors belong to the library as a whole: one that the program has set itself stays. */
function provideDecompressors(): void {
  const decoders = {
    // A copy of its own, because typed arrays of wider elements need an aligned start.
    [CompressionType.ZSTD]: (bytes: Uint8Array) => decompressZstd(bytes).slice(),
    [CompressionType.LZ4_FRAME]: decompressLz4Frame,
  };
  for (const type of [CompressionType.ZSTD, CompressionType.LZ4_FRAME] as const) {
    if (compressionRegistry.get(type) === null) {
      compressionRegistry.set(type, { decode: (bytes) => decoders[type](bytes) });
    }
  }
}

/**
 * A file that can be read for about twice its length. The library takes a negative length of a damaged message as a step back, and then reads the same
 * messages for ever; a whole file is read once, and its footer before.
 */
function readableTwice(handle: FileHandle, size: number): FileHandle {
  let left = 2 * size + 65_536;
  const read = async (buffer: Uint8Array, offset: number, length: number, position: number): Promise<object> => {
    left -= length;
    if (left < 0 || position < 0) throw new RangeError('its messages refer back to what was read');
    return handle.read(buffer, offset, length, position);
  };
  return { fd: handle.fd, stat: () => handle.stat(), close: () => handle.close(), read } as unknown as FileHandle;
}

/** Refuses a column of more values than it has places for: the library gives empty texts for the others, without end. */
function checkLength({ data }: Vector): void {
  for (const { length, valueOffsets } of data) {
    const places = (valueOffsets as ArrayLike<unknown> | undefined)?.length;
    if (places !== undefined && places > 0 && places < length + 1) {
      throw new RangeError(`it has a column of ${length} values with places for ${places - 1}`);
    }
  }
}

/** A value of an Arrow column as plain objects, arrays and scalars. */
function plain(value: unknown): unknown {
  if (value instanceof Vector) return [...(value as Iterable<unknown>)].map(plain);
  if (value instanceof StructRow || value instanceof MapRow) {
    const fields = [...(value as Iterable<[unknown, unknown]>)];
    return Object.fromEntries(fields.map(([name, field]) => [String(name), plain(field)]));
  }
  return value;
}

/**
 * Records of an Arrow file (Feather 2) or an Arrow stream (what `datasets` of Hugging Face keeps on the disk), one record
 * batch in memory at a time. Uncompressed, Zstandard and LZ4.
 */
export async function* readArrow(file: string, { columns }: RecordOptions): AsyncGenerator<FileRecord> {
  const size = await fileSize(file);
  // The library takes a file without content for one without records.
  if (size === 0) throw new InvalidDataError(file, 'is empty: it holds no rows');
  provideDecompressors();
  boundFlatbuffers();
  const handle = await open(file, 'r');
  try {
    const reader = await RecordBatchReader.from(readableTwice(handle, size));
    await reader.open();
    const names = reader.schema.fields.map(({ name }) => name);
    const wanted = neededColumns(columns, names) ?? names;
    let index = 0;
    for await (const batch of reader) {
      const vectors = wanted.map((name) => batch.getChild(name));
      for (const vector of vectors) if (vector !== null) checkLength(vector);
      for (let row = 0; row < batch.numRows; row++) {
        const value = Object.fromEntries(wanted.map((name, column) => [name, plain(vectors[column]?.get(row))]));
        yield { value, origin: `${file}[${index++}]` };
      }
    }
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause;
    throw new InvalidDataError(file, `is not a readable Arrow file: ${(cause as Error).message}`, { cause });
  } finally {
    await handle.close().catch(() => undefined);
  }
}
