import { open, rename, rm } from 'node:fs/promises';
import { writeError } from '@profit-sft/core';

/**
 * Writes a file from parts as they come. The bytes go to a neighbouring file that is flushed and then renamed, so that `path`
 * is either complete or not there. Throws `OutputError` when it cannot be written.
 */
export async function writeParts(path: string, parts: () => AsyncIterable<Uint8Array | Float32Array>): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    const handle = await open(partial, 'w');
    try {
      for await (const { buffer, byteOffset, byteLength } of parts()) {
        await handle.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw writeError(path, error);
  }
}
