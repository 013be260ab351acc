import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RemoteFile } from '../remote-file.js';

/** A running hash of the kind that a file's own hash is of; `git hash-object` puts a header before the content. */
export function startHash({ hash, size }: Pick<RemoteFile, 'hash' | 'size'>): Hash {
  return hash.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** Feeds the content of a file on the disk to a hash and returns how many bytes that were. */
export async function hashContent(path: string, hash: Hash): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return size;
}

/** Whether a file on the disk is the one that its hash says. */
export async function isIntact(path: string, file: Pick<RemoteFile, 'hash' | 'size'>): Promise<boolean> {
  const hash = startHash(file);
  return (await hashContent(path, hash)) === file.size && hash.digest('hex') === file.hash;
}
