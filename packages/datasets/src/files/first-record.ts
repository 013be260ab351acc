import type { FileRecord } from '../formats/file-record.js';
import { readerFor, type FormatName } from '../formats/formats.js';

/** The first record of a file, to see what columns it has; `undefined` where there is none. */
export async function firstRecord(
  file: string,
  options: { readonly format?: FormatName; readonly key?: string } = {},
): Promise<FileRecord | undefined> {
  for await (const record of readerFor(file, options.format)(file, { key: options.key })) return record;
  return undefined;
}
