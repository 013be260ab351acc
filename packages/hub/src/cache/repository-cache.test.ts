import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RemoteFile } from '../remote-file.js';
import { RepositoryCache } from './repository-cache.js';

const commit = '0'.repeat(40);
const file: RemoteFile = { path: 'train.jsonl', size: 3, hash: 'a'.repeat(40) };

async function cacheWithBlob() {
  const folder = mkdtempSync(join(tmpdir(), 'profit-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const cache = new RepositoryCache(folder, 'someone/rows');
  await cache.make();
  writeFileSync(await cache.blobPath(file), '{}\n');
  return cache;
}

test('a link is made in place, and one that leads elsewhere is replaced; nothing else is in the snapshot', async () => {
  const cache = await cacheWithBlob();
  const snapshot = cache.snapshotFolder(commit);
  await cache.link(commit, file);
  await cache.link(commit, file);
  expect(readdirSync(snapshot)).toEqual(['train.jsonl']);
  rmSync(join(snapshot, 'train.jsonl'));
  symlinkSync('../../blobs/other', join(snapshot, 'train.jsonl'));
  await cache.link(commit, file);
  expect(readdirSync(snapshot)).toEqual(['train.jsonl']);
  expect(readlinkSync(join(snapshot, 'train.jsonl'))).toBe(join('..', '..', 'blobs', file.hash));
});

test('what a process left that was killed while it replaced a link is no file of the data set', async () => {
  const cache = await cacheWithBlob();
  await cache.link(commit, file);
  symlinkSync(join('..', '..', 'blobs', file.hash), join(cache.snapshotFolder(commit), '.replacement-0'));
  expect(await cache.presentFiles(commit)).toEqual([file]);
});

test('a list of files that a killed process left half written is written anew', async () => {
  const cache = await cacheWithBlob();
  const folder = join(cache.folder, 'profit-sft');
  mkdirSync(folder);
  writeFileSync(join(folder, `.partial-${commit}.json`), '{"files":[');
  expect(await cache.readListing(commit)).toBeUndefined();
  await cache.writeListing(commit, [file]);
  expect(await cache.readListing(commit)).toEqual([file]);
  expect(readdirSync(folder)).toEqual([`${commit}.json`]);
});
