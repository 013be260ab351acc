import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { InvalidDataError } from '@profit-sft/core';

export const isCompressed = (file: string): boolean => file.toLowerCase().endsWith('.gz');

/** Why a file could not be read, as a data error that names it. */
export function unreadable(file: string, cause: unknown): InvalidDataError {
  if (cause instanceof InvalidDataError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new InvalidDataError(file, 'does not exist', { cause });
  if (code?.startsWith('Z_') === true) {
    return new InvalidDataError(file, `is not a whole gzip file: ${message}`, { cause });
  }
  return new InvalidDataError(file, `cannot be read: ${message}`, { cause });
}

/** The size of a file in bytes. Throws `InvalidDataError` for what is missing or no file. */
export async function fileSize(file: string): Promise<number> {
  const entry = await stat(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (!entry.isFile()) throw new InvalidDataError(file, 'is not a file');
  return entry.size;
}

/** The bytes of a file as they are read; those of a `.gz` file decompressed. */
export async function* readBytes(file: string): AsyncGenerator<Buffer> {
  await fileSize(file);
  try {
    const source = createReadStream(file);
    // pipeline hands an error of either stream on to the other; iterating over the last one throws it.
    const bytes = isCompressed(file) ? pipeline(source, createGunzip(), () => undefined) : source;
    for await (const chunk of bytes as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** The whole content of a text file. Throws `InvalidDataError` when it is longer than `most` bytes or not UTF-8. */
export async function readText(file: string, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readBytes(file)) {
    size += chunk.length;
    if (size > most) {
      throw new InvalidDataError(
        file,
        `is one JSON document of more than ${most} bytes; write sets this large as one row per line`,
      );
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new InvalidDataError(file, 'is not valid UTF-8', { cause });
  }
}
