import { RepositoryCache } from '../../../packages/hub/src/cache/repository-cache.js';
import { listRepository, resolveCommit } from '../../../packages/hub/src/network/list-repository.js';
import type { HubRequests } from '../../../packages/hub/src/network/hub-requests.js';
import type { RemoteFile } from '../../../packages/hub/src/remote-file.js';
import { hubSettings } from '@profit-sft/hub';
import { isAbsolute, join, relative } from 'node:path';
import { jsonInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { writeInput } from '../write-input.js';

const commit = '0123456789abcdef0123456789abcdef01234567';
const oid = 'fedcba9876543210fedcba9876543210fedcba98';
const tree = [
  { type: 'directory', oid, size: 0, path: 'data' },
  { type: 'file', oid, size: 3, path: 'README.md' },
  {
    type: 'file',
    oid,
    size: 130,
    path: 'data/train.parquet',
    lfs: { oid: oid.repeat(2).slice(0, 64), size: 9, pointerSize: 130 },
  },
];
const info = {
  _id: '1',
  id: 'a/b',
  sha: commit,
  private: false,
  gated: false,
  downloads: 1,
  likes: 1,
  lastModified: '2024-01-01T00:00:00.000Z',
};
const settings = hubSettings({ endpoint: 'http://127.0.0.1:9', cacheFolder: '/nowhere' }, {});

/** Requests that all have one answer. */
const answering = (input: Uint8Array): HubRequests =>
  ({
    fetch: () =>
      Promise.resolve(
        new Response(new Blob([new Uint8Array(input)]), { headers: { 'content-type': 'application/json' } }),
      ),
  }) as unknown as HubRequests;

/** What a listing names has to stay inside of the folder that it is joined to. */
function assertInside(files: readonly RemoteFile[]): void {
  for (const { path } of files) {
    const joined = relative('/snapshot', join('/snapshot', path));
    if (joined === '' || joined.startsWith('..') || isAbsolute(joined))
      throw new Error(`the path ${path} leads outside`);
  }
}

export const hubTargets: readonly FuzzTarget[] = [
  {
    name: 'hub-listing',
    reads: 'listings of the Hub',
    source: 'packages/hub/src/network/list-repository.ts',
    inputs: jsonInputs([tree]),
    parse: async (input) => assertInside(await listRepository('a/b', commit, settings, answering(input))),
  },
  {
    name: 'hub-revision',
    reads: 'what the Hub says of a data set',
    source: 'packages/hub/src/network/list-repository.ts',
    inputs: jsonInputs([info]),
    parse: (input) => resolveCommit('a/b', 'main', settings, answering(input)),
  },
  {
    name: 'hub-cache',
    reads: 'listings and references in the cache',
    source: 'packages/hub/src/cache/repository-cache.ts',
    inputs: jsonInputs([{ files: [{ path: 'data/a.jsonl', size: 3, hash: oid }] }]),
    async parse(input, folder) {
      const cache = new RepositoryCache(folder, 'a/b');
      writeInput(cache.folder, `profit-sft/${commit}.json`, input);
      writeInput(cache.folder, 'refs/main', input);
      const reference = await cache.readReference('main');
      if (reference !== undefined && !/^[0-9a-f]{40}$/.test(reference))
        throw new Error('a reference that is no commit');
      assertInside((await cache.readListing(commit)) ?? []);
    },
  },
];
