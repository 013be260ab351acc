import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, stat, symlink, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProfitError } from '@profit-sft/core';
import { afterEach, describe, expect, test, onTestFinished } from 'vitest';
import { hubSettings, type HubSettings } from './hub-settings.js';
import { pullDataset, type PulledDataset, type PullProgress, type PullRequest } from './pull-dataset.js';
import {
  startLoopbackHub,
  type LoopbackHub,
  type LoopbackOptions,
  type ServedFile,
} from './testing-hub/loopback-hub.js';

const repository = 'acme/sums';
const commit = 'a'.repeat(40);
const train = Buffer.from(
  Array.from({ length: 20_000 }, (_, i) => `{"prompt":"${i}+1=","completion":"${i + 1}"}`).join('\n'),
);
const files: Record<string, ServedFile> = {
  'README.md': { content: '# Sums\n' },
  'data/train-00000-of-00001.jsonl': { content: train, lfs: true },
  'data/test-00000-of-00001.jsonl': { content: '{"prompt":"1+1=","completion":"2"}\n' },
};
const trainPath = 'data/train-00000-of-00001.jsonl';

let running: LoopbackHub | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(options: Partial<LoopbackOptions> = {}): Promise<{ hub: LoopbackHub; settings: HubSettings }> {
  running = await startLoopbackHub({ repository, commit, files, ...options });
  const cacheFolder = await mkdtemp(join(tmpdir(), 'profit-hub-'));
  onTestFinished(() => rm(cacheFolder, { recursive: true }));
  const settings = hubSettings(
    { endpoint: running.endpoint, cacheFolder, timeout: 300, attempts: 3, retryDelay: 5, offline: false },
    {},
  );
  return { hub: running, settings };
}

const pull = (settings: HubSettings, request: Partial<PullRequest> = {}): Promise<PulledDataset> =>
  pullDataset({ repository, ...request }, { settings });

async function failure(what: Promise<unknown>): Promise<ProfitError> {
  const error: unknown = await what.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(ProfitError.isInstance(error), String(error)).toBe(true);
  return error as ProfitError;
}

const folderOf = (settings: HubSettings): string => join(settings.cacheFolder, 'datasets--acme--sums');
const contentRequests = (hub: LoopbackHub) => hub.seen.filter(({ origin }) => origin === 'content');

describe('a pull', () => {
  test('resolves the branch, fetches, checks, and keeps the layout of the Hub’s cache', async () => {
    const { settings } = await start();
    const pulled = await pull(settings);
    expect(pulled).toMatchObject({
      repository,
      revision: 'main',
      commit,
      folder: join(folderOf(settings), 'snapshots', commit),
    });
    expect(pulled.splits.map(({ name, files: list }) => [name, list.map(({ path }) => path)])).toEqual([
      ['train', [trainPath]],
      ['test', ['data/test-00000-of-00001.jsonl']],
    ]);
    const [{ location, hash }] = pulled.splits[0].files;
    expect(hash).toBe(createHash('sha256').update(train).digest('hex'));
    expect(train.equals(await readFile(location))).toBe(true);
    expect(await readlink(location)).toBe(`../../../blobs/${hash}`);
    expect(await readFile(join(folderOf(settings), 'refs/main'), 'utf8')).toBe(commit);
    expect((await readdir(join(folderOf(settings), 'blobs'))).sort()).toHaveLength(3);
  });

  test('fetches nothing again; a commit that is here needs no network', async () => {
    const { hub, settings } = await start();
    const first = await pull(settings);
    hub.seen.length = 0;
    expect(await pull(settings)).toEqual({ ...first, fetched: 0 });
    expect(hub.seen.map(({ url }) => url.split('?')[0])).toEqual([`/api/datasets/${repository}/revision/main`]);
    await hub.close();
    expect((await pull(settings, { revision: commit })).splits).toEqual(first.splits);
    expect((await pull({ ...settings, offline: true })).splits).toEqual(first.splits);
  });

  test('one split only', async () => {
    const { hub, settings } = await start();
    const pulled = await pull(settings, { split: 'test' });
    expect(pulled.splits.map(({ name }) => name)).toEqual(['test']);
    expect(contentRequests(hub)).toEqual([]);
    expect((await failure(pull({ ...settings, offline: true }))).message).toContain(`${trainPath} is not in the cache`);
    expect((await failure(pull(settings, { split: 'dev' }))).message).toContain(
      'has no split "dev"; it has train, test',
    );
  });

  test('follows a branch that moves, shares unchanged files, and keeps the old commit', async () => {
    const { hub, settings } = await start();
    await pull(settings);
    const next = 'b'.repeat(40);
    hub.publish(next, { ...files, 'data/test-00000-of-00001.jsonl': { content: '{"text":"new"}\n' } });
    hub.seen.length = 0;
    const moved = await pull(settings);
    expect(moved.commit).toBe(next);
    expect(contentRequests(hub)).toEqual([]);
    expect(await readFile(moved.splits[1].files[0].location, 'utf8')).toBe('{"text":"new"}\n');
    const old = await pull({ ...settings, offline: true }, { revision: commit });
    expect(await readFile(old.splits[1].files[0].location, 'utf8')).toContain('1+1=');
  });

  test('names with signs that mean something in a URL', async () => {
    const content = '{"text":"a"}\n';
    const { settings } = await start({
      files: { 'train #1 50%?.jsonl': { content }, 'é/train+2.jsonl': { content: `${content}\n` } },
    });
    const pulled = await pull(settings);
    expect(pulled.splits[0].files.map(({ path }) => path)).toEqual(['train #1 50%?.jsonl', 'é/train+2.jsonl']);
  });

  test('says how far it is', async () => {
    const { settings } = await start();
    const seen: PullProgress[] = [];
    await pullDataset({ repository, split: 'train' }, { settings, onProgress: (progress) => seen.push(progress) });
    expect(seen.shift()).toMatchObject({ path: 'README.md' });
    while (seen[0].path === 'README.md') seen.shift();
    const last = seen[seen.length - 1];
    expect(last).toEqual({ path: trainPath, done: train.length, total: train.length });
    expect(seen.map(({ done }) => done)).toEqual([...seen.map(({ done }) => done)].sort((a, b) => a - b));
  });

  test('two at once share one download', async () => {
    const { hub, settings } = await start();
    await Promise.all([pull(settings), pull(settings)]);
    expect(contentRequests(hub)).toHaveLength(1);
  });
});

describe('a server that fails', () => {
  test.each([429, 500, 503])('once with %i', async (status) => {
    const { hub, settings } = await start();
    hub.fail('/revision/', { status });
    hub.fail('/tree/', { status }, { status });
    hub.fail('signature', { status, headers: { 'retry-after': '0' } });
    const retries: [problem: string, wait: number][] = [];
    const onRetry = (problem: string, wait: number): void => void retries.push([problem, wait]);
    expect((await pullDataset({ repository }, { settings, onRetry })).splits).toHaveLength(2);
    expect(retries).toHaveLength(4);
    expect(retries.every(([problem]) => problem.endsWith(`the Hub answered ${status}`))).toBe(true);
    // Each wait is about twice the one before; a server's own wish goes first.
    expect(retries[2][1]).toBeGreaterThan(1.5 * retries[1][1]);
    expect(retries[3][1]).toBe(0);
    expect(retries.map(([problem]) => problem).join()).not.toContain('secret-signature');
  });

  test('for good', async () => {
    const { hub, settings } = await start();
    hub.fail('/revision/', ...Array.from({ length: 10 }, () => ({ status: 503 })));
    const { message } = await failure(pull(settings));
    expect(message).toContain('the Hub answered 503 (tried 3 times)');
    expect(message).toContain('--offline');
    expect(hub.seen).toHaveLength(3);
  });

  test('with a wait that nobody waits for', async () => {
    const { hub, settings } = await start();
    hub.fail('/revision/', { status: 429, headers: { 'retry-after': '3600' } });
    expect((await failure(pull(settings))).message).toContain('answered 429 (it asks to wait 3600 s)');
  });

  test('by not answering, at the start and in the middle', async () => {
    const { hub, settings } = await start();
    hub.fail('/revision/', { stallAfter: 0 });
    hub.fail('signature', { stallAfter: 1000 });
    expect((await pull(settings)).splits).toHaveLength(2);
    expect(contentRequests(hub)[1].headers.range).toBe('bytes=1000-');
  });

  test('by never answering', async () => {
    const { hub, settings } = await start();
    hub.fail('/revision/', ...Array.from({ length: 10 }, () => ({ stallAfter: 0 })));
    const started = performance.now();
    expect((await failure(pull(settings))).message).toContain('no answer for 0.3 s (tried 3 times)');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('by breaking off while it lists files', async () => {
    const { hub, settings } = await start();
    hub.fail('/tree/', { breakAfter: 1 });
    const problems: string[] = [];
    await pullDataset({ repository }, { settings, onRetry: (problem) => problems.push(problem) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('/tree/');
  });

  test('with an answer that has no end', async () => {
    const { hub, settings } = await start();
    hub.fail('/revision/', { replace: Buffer.alloc(64 * 2 ** 20 + 1) });
    expect((await failure(pull(settings))).message).toContain(`answers with more than ${64 * 2 ** 20} bytes`);
    expect(hub.seen).toHaveLength(1);
  });

  test('and says until when, by a clock of its own', async () => {
    const { hub, settings } = await start();
    const headers = { date: 'Mon, 01 Jan 2001 00:00:00 GMT', 'retry-after': 'Mon, 01 Jan 2001 00:10:00 GMT' };
    hub.fail('/revision/', { status: 503, headers });
    expect((await failure(pull(settings))).message).toContain('it asks to wait 600 s');
  });

  test('by not being there', async () => {
    const { hub, settings } = await start();
    await hub.close();
    expect((await failure(pull(settings))).message).toMatch(/ECONNREFUSED \(tried 3 times\)\. Is http.* reachable/);
  });

  test('by speaking something else', async () => {
    const { hub, settings } = await start();
    hub.fail('/revision/', { replace: Buffer.from('<html>Log in to this network</html>') });
    expect((await failure(pull(settings))).message).toContain('does not answer as the Hub does');
  });

  test('by refusing', async () => {
    const { settings } = await start({ token: 'right' });
    expect((await failure(pull(settings))).message).toContain('accept its terms on its page and set HF_TOKEN');
    const wrong = await failure(pull({ ...settings, token: 'hf_wrong_token' }));
    expect(wrong.message).toContain('HF_TOKEN was sent; is it valid');
    expect(wrong.message).not.toContain('hf_wrong_token');
    const absent = await failure(pull({ ...settings, token: 'right' }, { repository: 'acme/nothing' }));
    expect(absent.message).toContain('not found');
  });
});

describe('a download that breaks off', () => {
  test('is continued where it was, however often, with progress each time', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', ...Array.from({ length: 6 }, () => ({ breakAfter: 70_000 })));
    const pulled = await pull(settings, { split: 'train' });
    expect(train.equals(await readFile(pulled.splits[0].files[0].location))).toBe(true);
    const ranges = contentRequests(hub).map(({ headers }) => headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.length).toBeGreaterThan(3);
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  test('without progress ends', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', ...Array.from({ length: 10 }, () => ({ breakAfter: 0 })));
    expect((await failure(pull(settings))).message).toContain('(tried 3 times)');
  });

  test('begins anew where the server cannot continue', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', { breakAfter: 70_000 }, { ignoreRange: true });
    expect((await pull(settings)).splits).toHaveLength(2);
  });

  test.each([
    ['the part that was asked for', { status: 416 }],
    ['the part that it sends', { status: 206, headers: { 'content-range': 'bytes 7-69999/70000' } }],
  ])('begins anew where the server has another idea of %s', async (_, fault) => {
    const { hub, settings } = await start();
    hub.fail('signature', { breakAfter: 70_000 }, fault);
    const pulled = await pull(settings, { split: 'train' });
    expect(train.equals(await readFile(pulled.splits[0].files[0].location))).toBe(true);
    const [first, second, third] = contentRequests(hub).map(({ headers }) => headers.range);
    expect([first, third]).toEqual([undefined, undefined]);
    expect(second).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test('is continued where an answer that gives no length ended early', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', { endAfter: 70_000 });
    const problems: string[] = [];
    const pulled = await pullDataset({ repository }, { settings, onRetry: (problem) => problems.push(problem) });
    expect(train.equals(await readFile(pulled.splits[0].files[0].location))).toBe(true);
    expect(problems.join()).toMatch(/: ended after 70000 of \d+ bytes$/);
    expect(contentRequests(hub)[1].headers.range).toBe('bytes=70000-');
  });

  test('is continued after its process was killed', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', { stallAfter: 100_000 });
    const script = fileURLToPath(new URL('testing-hub/pull-in-process.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      [
        '--conditions=@profit-sft/source',
        '--import',
        import.meta.resolve('tsx'),
        script,
        hub.endpoint,
        settings.cacheFolder,
        repository,
      ],
      { stdio: 'inherit' },
    );
    const blobs = join(folderOf(settings), 'blobs');
    const part = join(blobs, `${createHash('sha256').update(train).digest('hex')}.incomplete`);
    const size = async (): Promise<number> =>
      stat(part).then(
        (entry) => entry.size,
        () => 0,
      );
    for (let waited = 0; (await size()) < 100_000 && waited < 30_000; waited += 20)
      await new Promise((done) => setTimeout(done, 20));
    child.kill('SIGKILL');
    await new Promise((done) => child.on('exit', done));
    expect(await size()).toBe(100_000);
    expect((await readdir(blobs)).some((name) => name.endsWith('.lock'))).toBe(true);
    hub.seen.length = 0;
    const pulled = await pull(settings);
    expect(train.equals(await readFile(pulled.splits[0].files[0].location))).toBe(true);
    expect(contentRequests(hub).map(({ headers }) => headers.range)).toEqual(['bytes=100000-']);
    expect((await readdir(blobs)).filter((name) => name.includes('.'))).toEqual([]);
  });

  test('a part that is longer than the file is thrown away', async () => {
    const { settings } = await start();
    const blobs = join(folderOf(settings), 'blobs');
    await mkdir(blobs, { recursive: true });
    const hash = createHash('sha256').update(train).digest('hex');
    await writeFile(join(blobs, `${hash}.incomplete`), Buffer.alloc(train.length + 1));
    const pulled = await pull(settings);
    expect(train.equals(await readFile(pulled.splits[0].files[0].location))).toBe(true);
  });
});

describe('content that is not what the Hub lists', () => {
  const wrong = Buffer.concat([Buffer.from('x'), train.subarray(1)]);

  test('once: fetched again', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', { replace: wrong });
    const pulled = await pull(settings);
    expect(train.equals(await readFile(pulled.splits[0].files[0].location))).toBe(true);
  });

  test('twice: refused, and nothing is kept', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', { replace: wrong }, { replace: wrong });
    const { message } = await failure(pull(settings));
    expect(message).toContain('does not have the SHA-256');
    expect(message).not.toContain('secret-signature');
    const left = await readdir(join(folderOf(settings), 'blobs'));
    expect(left.filter((name) => name.length >= 64)).toEqual([]);
  });

  test('a small file, by its git blob hash', async () => {
    const { hub, settings } = await start();
    const other = Buffer.from('{"prompt":"1+1=","completion":"3"}\n');
    hub.fail('test-00000', { replace: other }, { replace: other });
    expect((await failure(pull(settings))).message).toContain('does not have the git blob hash');
  });

  test('too long', async () => {
    const { hub, settings } = await start();
    hub.fail('signature', { replace: Buffer.concat([train, train]) });
    expect((await failure(pull(settings))).message).toContain(`sends more than the ${train.length} bytes`);
  });

  test('a part that was here and is wrong is fetched anew', async () => {
    const { settings } = await start();
    const blobs = join(folderOf(settings), 'blobs');
    await mkdir(blobs, { recursive: true });
    const hash = createHash('sha256').update(train).digest('hex');
    await writeFile(join(blobs, `${hash}.incomplete`), 'rubbish');
    expect(train.equals(await readFile((await pull(settings)).splits[0].files[0].location))).toBe(true);
  });

  test('in the cache: repaired online, refused offline', async () => {
    const { settings } = await start();
    const [{ location }] = (await pull(settings)).splits[0].files;
    await writeFile(location, wrong);
    expect((await failure(pull({ ...settings, offline: true }))).message).toContain('is damaged');
    expect(train.equals(await readFile((await pull(settings)).splits[0].files[0].location))).toBe(true);
  });
});

describe('offline', () => {
  test('says what to do', async () => {
    const { hub, settings } = await start();
    const offline = { ...settings, offline: true };
    expect((await failure(pull(offline))).message).toContain('profit data pull acme/sums');
    expect((await failure(pull(offline, { revision: 'v1' }))).message).toContain(
      'profit data pull acme/sums --revision v1',
    );
    expect((await failure(pull(offline, { revision: commit }))).message).toContain('is not in the cache');
    expect(hub.seen).toEqual([]);
  });

  test('uses what Python has downloaded, and sees when a part of it is missing', async () => {
    const { settings } = await start();
    const folder = folderOf(settings);
    const content = '{"text":"a"}\n';
    const hash = createHash('sha1').update(`blob ${content.length}\0${content}`).digest('hex');
    await mkdir(join(folder, 'snapshots', commit), { recursive: true });
    await mkdir(join(folder, 'blobs'), { recursive: true });
    await mkdir(join(folder, 'refs'), { recursive: true });
    await writeFile(join(folder, 'refs/main'), commit);
    await writeFile(join(folder, 'blobs', hash), content);
    await symlink(`../../blobs/${hash}`, join(folder, 'snapshots', commit, 'train-00000-of-00001.jsonl'));
    const pulled = await pull({ ...settings, offline: true });
    expect(pulled.splits[0].files[0]).toMatchObject({ path: 'train-00000-of-00001.jsonl', hash, size: content.length });
    await symlink(`../../blobs/${hash}`, join(folder, 'snapshots', commit, 'test-00000-of-00002.jsonl'));
    expect((await failure(pull({ ...settings, offline: true }))).message).toContain('only 1 of the 2 parts');
  });
});

describe('what comes from outside', () => {
  test.each([
    '../outside.jsonl',
    'data/../../outside.jsonl',
    '/etc/outside.jsonl',
    'C:/outside.jsonl',
    'data\\..\\outside.jsonl',
    'data//outside.jsonl',
    './outside.jsonl',
    'data/\u0000.jsonl',
  ])('a file that is called %j is refused', async (path) => {
    const { hub, settings } = await start();
    hub.listAlso({ type: 'file', path, size: 3, oid: 'c'.repeat(40) });
    expect((await failure(pull(settings))).message).toContain('is not safe to write');
    expect(await readdir(settings.cacheFolder)).toEqual([]);
  });

  test.each([
    ['no hash', { size: 3, oid: '../../x' }],
    ['no size', { size: -1, oid: 'c'.repeat(40) }],
    ['no size', { oid: 'c'.repeat(40) }],
  ])('a file with %s', async (message, entry) => {
    const { hub, settings } = await start();
    hub.listAlso({ type: 'file', path: 'a.jsonl', ...entry });
    expect((await failure(pull(settings))).message).toContain(message);
  });

  test.each(['../../../tmp', ['a'.repeat(40)]])('the commit %j', async (other) => {
    const { hub, settings } = await start();
    hub.publish(other as string, files);
    expect((await failure(pull(settings))).message).toContain('names no commit');
  });

  test.each(['..', '../x', 'a/../b', 'a/b/c', 'a', '-a/b', 'a b/c', 'https://x/y', ''].filter((name) => name !== 'a'))(
    'the repository %j',
    async (name) => {
      const { settings } = await start();
      expect((await failure(pull(settings, { repository: name }))).message).toContain('is no repository');
    },
  );

  test.each(['../x', 'refs/../../x', '/x', 'a b', 'x?y'])('the revision %j', async (revision) => {
    const { settings } = await start();
    expect((await failure(pull(settings, { revision }))).message).toContain('is no revision');
  });

  test('a list of files in the cache that is none', async () => {
    const { settings } = await start();
    await pull(settings);
    const list = join(folderOf(settings), 'profit-sft', `${commit}.json`);
    for (const text of ['{"files":[', '{}', '{"files":[{"path":"../x","size":1,"hash":"0"}]}']) {
      await writeFile(list, text);
      const { message } = await failure(pull({ ...settings, offline: true }));
      expect(message).toContain(`${list} is damaged; remove it`);
    }
  });

  test('links in the cache that lead out of it', async () => {
    const { settings } = await start();
    const outside = await mkdtemp(join(tmpdir(), 'profit-outside-'));
    onTestFinished(() => rm(outside, { recursive: true }));
    await mkdir(join(folderOf(settings), 'snapshots', commit), { recursive: true });
    await symlink(outside, join(folderOf(settings), 'snapshots', commit, 'data'));
    expect((await failure(pull(settings))).message).toContain('is not a folder; remove it');
    await writeFile(join(outside, 'train-00000-of-00001.jsonl'), train);
    expect((await failure(pull(settings))).message).toContain('leads out of');
    expect(await readdir(outside)).toEqual(['train-00000-of-00001.jsonl']);
  });

  test('a part that is a link is not written through', async () => {
    const { settings } = await start();
    const folder = await mkdtemp(join(tmpdir(), 'profit-outside-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const outside = join(folder, 'victim');
    const blobs = join(folderOf(settings), 'blobs');
    await mkdir(blobs, { recursive: true });
    const hash = createHash('sha256').update(train).digest('hex');
    await symlink(outside, join(blobs, `${hash}.incomplete`));
    expect((await failure(pull(settings))).message).toContain('the cache cannot be used (ELOOP)');
    expect(existsSync(outside)).toBe(false);
  });
});

test('the token goes to the Hub and to nobody else, and is written nowhere', async () => {
  const token = 'hf_secret_token';
  const { hub, settings } = await start({ token });
  await pull({ ...settings, token });
  expect(
    hub.seen
      .filter(({ origin }) => origin === 'hub')
      .every(({ headers }) => headers.authorization === `Bearer ${token}`),
  ).toBe(true);
  expect(contentRequests(hub)).toHaveLength(1);
  expect(contentRequests(hub)[0].headers.authorization).toBeUndefined();
  for (const path of await readdir(settings.cacheFolder, { recursive: true })) {
    const full = join(settings.cacheFolder, path);
    if ((await lstat(full)).isFile()) expect(await readFile(full, 'latin1')).not.toContain(token);
  }
});

test('a cache that cannot be written', async () => {
  const { settings } = await start();
  const blocked = join(settings.cacheFolder, 'file');
  await writeFile(blocked, '');
  const error = await failure(pull({ ...settings, cacheFolder: join(blocked, 'hub') }));
  expect(error.kind).toBe('output');
  expect(error.message).toContain('choose another folder with HF_HUB_CACHE');
});
