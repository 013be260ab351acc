import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isDiskFull, OutputError, ProfitError, writeError } from '@profit-sft/core';

/** What is being written carries this prefix until it is complete and on the disk; then it is renamed into place. */
export const partialPrefix = '.partial-';

function partialPath(path: string): string {
  return join(dirname(path), partialPrefix + basename(path));
}

function asOutputError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return ProfitError.isInstance(error) || typeof code !== 'string' ? error : writeError(path, error);
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Brings the names in a directory to the disk: a new file survives a loss of power only when its name does. Windows cannot open
 * directories for synchronising; its file systems journal renames themselves.
 */
export function syncDirectory(directory: string): void {
  if (process.platform !== 'win32') sync(directory, 'r');
}

/** Makes a directory, and those above it, so that they survive a loss of power. Returns whether it was made here. */
export function makeDirectory(path: string): boolean {
  try {
    const first = mkdirSync(path, { recursive: true });
    if (first === undefined) return false;
    for (let made = resolve(path); ; made = dirname(made)) {
      syncDirectory(dirname(made));
      if (made === resolve(first) || made === dirname(made)) return true;
    }
  } catch (error) {
    throw asOutputError(path, error);
  }
}

function syncTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) sync(path, 'r+');
  }
  syncDirectory(directory);
}

/** Writes a file so that after a crash at any moment it has either its old or its new content. */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  const partial = partialPath(path);
  try {
    try {
      writeFileSync(partial, content);
      sync(partial, 'r+');
      renameSync(partial, path);
    } catch (error) {
      removeQuietly(partial);
      throw error;
    }
    syncDirectory(dirname(path));
  } catch (error) {
    throw asOutputError(path, error);
  }
}

/**
 * Fills a directory so that it appears complete or not at all: `fill` writes into a sibling, everything is brought to
 * the disk, and the sibling is renamed. A directory that is there already is never seen half removed; between two renames
 * neither is there. Where it fails, what was written is removed again.
 *
 * The sibling has a name of its own each time, so that a process that outlived the one it worked for does not write into
 * the next one's.
 */
export async function writeDirectoryAtomically(path: string, fill: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${partialPath(path)}-${randomBytes(4).toString('hex')}`;
  try {
    makeDirectory(partial);
    await fill(partial);
    syncTree(partial);
    replaceDirectory(partial, path);
  } catch (error) {
    const failure = isDiskFull(error) ? fullDiskError(path, partial, error) : asOutputError(path, error);
    removeQuietly(partial);
    throw failure;
  }
}

function replaceDirectory(by: string, path: string): void {
  const replaced = `${by}-replaced`;
  const isThere = existsSync(path);
  if (isThere) renameSync(path, replaced);
  try {
    renameSync(by, path);
  } catch (error) {
    if (isThere) renameSync(replaced, path);
    throw error;
  }
  syncDirectory(dirname(path));
  if (isThere) rmSync(replaced, { recursive: true, force: true });
}

function fullDiskError(path: string, partial: string, error: unknown): unknown {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    const sizes = `${mebibytes(bytesIn(partial))} of it had been written, and ${mebibytes(bavail * bsize)} were left`;
    const message = `the disk is full: ${sizes} (${refusal(error)}). Free some space and start again`;
    return new OutputError(path, message, { cause: error });
  } catch {
    // Something else removes it, or the file system does not say.
    return asOutputError(path, error);
  }
}

/** What the system said, behind whatever was made of it. */
function refusal(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? refusal(cause) : message;
}

function bytesIn(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Leaves the space to others; the error that led here counts, not one of tidying up. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The next start removes it.
  }
}

/** Removes a directory so that it is never seen half removed. */
export function removeDirectoryAtomically(path: string): void {
  const partial = partialPath(path);
  try {
    rmSync(partial, { recursive: true, force: true });
    renameSync(path, partial);
    rmSync(partial, { recursive: true, force: true });
  } catch (error) {
    throw asOutputError(path, error);
  }
}

export function isPartial(name: string): boolean {
  return name.startsWith(partialPrefix);
}

/** Removes what a killed process left unfinished in a directory. */
export function removePartials(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    try {
      if (isPartial(name)) rmSync(path, { recursive: true, force: true });
    } catch (error) {
      throw asOutputError(path, error);
    }
  }
}
