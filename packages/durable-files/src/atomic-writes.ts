import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OutputError, ProfitError } from '@profit-sft/core';

/** What is being written carries this prefix until it is complete and on the disk; then it is renamed into place. */
export const partialPrefix = '.partial-';

function partialPath(path: string): string {
  return join(dirname(path), partialPrefix + basename(path));
}

function asOutputError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (ProfitError.isInstance(error) || typeof code !== 'string') return error;
  return new OutputError(path, `cannot be written (${(error as Error).message})`, { cause: error });
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Windows cannot open directories for synchronising; its file systems journal renames themselves. */
function syncDirectory(directory: string): void {
  if (process.platform !== 'win32') sync(directory, 'r');
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
    writeFileSync(partial, content);
    sync(partial, 'r+');
    renameSync(partial, path);
    syncDirectory(dirname(path));
  } catch (error) {
    throw asOutputError(path, error);
  }
}

/**
 * Fills a directory so that it appears complete or not at all: `fill` writes into a sibling, everything is brought to
 * the disk, and the sibling is renamed. A directory that is there already is removed just before.
 */
export async function writeDirectoryAtomically(path: string, fill: (partial: string) => Promise<void>): Promise<void> {
  const partial = partialPath(path);
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await fill(partial);
    syncTree(partial);
    rmSync(path, { recursive: true, force: true });
    renameSync(partial, path);
    syncDirectory(dirname(path));
  } catch (error) {
    throw asOutputError(path, error);
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
    if (isPartial(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}
