import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { InvalidDataError } from '@profit-sft/core';
import picomatch from 'picomatch';
import { unreadable } from '../formats/read-bytes.js';

const posix = (path: string): string => path.split(sep).join('/');

/** Every file below a folder as relative paths with slashes, in order; hidden ones left out. Links are not followed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => posix(relative(folder, join(entry.parentPath, entry.name))))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort();
}

/** What a path is: a file, a folder, or nothing that is there. */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw unreadable(path, cause);
  }
}

/**
 * The files that a path or a glob (`data/train-*.parquet`) means, in the order of their names. A path that is a file is
 * that file, whatever signs are in its name.
 */
export async function expandPath(path: string): Promise<string[]> {
  const kind = await kindOfPath(path);
  if (kind === 'file') return [path];
  if (kind === 'folder') {
    throw new InvalidDataError(path, 'is a folder; give it alone as "path", or name its files: folder/*.jsonl');
  }
  const { isGlob, base, glob } = picomatch.scan(posix(path));
  if (!isGlob) throw new InvalidDataError(path, 'does not exist');
  const folder = resolve(base === '' ? '.' : base);
  if ((await kindOfPath(folder)) !== 'folder') throw new InvalidDataError(path, `no folder ${folder}`);
  const matches = picomatch(glob);
  const found = (await filesBelow(folder)).filter((file) => matches(file));
  if (found.length === 0) throw new InvalidDataError(path, `no file in ${folder} fits it`);
  return found.map((file) => join(folder, file));
}
