import { open, rename, rm } from 'node:fs/promises';
import { writeError } from '@profit-sft/core';

/** Writes a text file that is either complete and on the disk, or untouched. Throws `OutputError` when it cannot be written. */
export async function writeText(path: string, text: string): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    const handle = await open(partial, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw writeError(path, cause);
  }
}
