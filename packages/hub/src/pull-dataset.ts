import { lstat, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError, ProfitError } from '@profit-sft/core';
import { cardConfigurations, splitFiles, splitsOf, type CardConfiguration } from '@profit-sft/datasets';
import { isIntact } from './cache/file-hash.js';
import { RepositoryCache } from './cache/repository-cache.js';
import { HubError } from './hub-error.js';
import type { HubSettings } from './hub-settings.js';
import { downloadFile } from './network/download-file.js';
import { HubRequests } from './network/hub-requests.js';
import { listRepository, resolveCommit } from './network/list-repository.js';
import type { RemoteFile } from './remote-file.js';
import { checkRepository, checkRevision, isCommit } from './repository-names.js';

/** Longest card that is read for its configurations, bytes. */
const largestCard = 4 * 1024 * 1024;

export interface PullRequest {
  /** `openai/gsm8k`. */
  readonly repository: string;
  /** A branch, a tag, `refs/convert/parquet` or a commit; default `main`. */
  readonly revision?: string;
  readonly config?: string;
  /** Default: every split of the configuration; with `one`, the only one there is. */
  readonly split?: string;
  /** One split is wanted; several without a `split` are an error. */
  readonly one?: boolean;
  /** What splits there are, in place of what the data set's card and the names of its files tell. */
  readonly configurations?: readonly CardConfiguration[];
}

export interface PulledFile extends RemoteFile {
  /** Where it is on the disk. */
  readonly location: string;
}

export interface PulledDataset {
  readonly repository: string;
  /** What was asked for. */
  readonly revision: string;
  /** What it meant. */
  readonly commit: string;
  /** The snapshot's folder. */
  readonly folder: string;
  readonly splits: readonly { readonly name: string; readonly files: readonly PulledFile[] }[];
  /** Bytes that came over the network for these files. */
  readonly fetched: number;
}

/** How far a pull is, in bytes of all files that it fetches. */
export interface PullProgress {
  readonly path: string;
  readonly done: number;
  readonly total: number;
}

export interface PullOptions {
  readonly settings: HubSettings;
  onProgress?(progress: PullProgress): void;
  /** Called before a failed request is repeated, with what went wrong and the milliseconds until then. */
  onRetry?(problem: string, wait: number): void;
}

class DatasetPull {
  private readonly cache: RepositoryCache;
  private readonly requests: HubRequests;
  private readonly revision: string;
  fetched = 0;

  constructor(
    private readonly request: PullRequest,
    private readonly options: PullOptions,
  ) {
    this.revision = request.revision ?? 'main';
    checkRepository(request.repository);
    checkRevision(this.revision);
    this.cache = new RepositoryCache(options.settings.cacheFolder, request.repository);
    this.requests = new HubRequests(options.settings, (problem, wait) => options.onRetry?.(problem, wait));
  }

  private absent(what: string): HubError {
    const { repository } = this.request;
    const revision = this.revision === 'main' ? '' : ` --revision ${this.revision}`;
    return new HubError(
      `${what} in the cache ${this.options.settings.cacheFolder}. Fetch it once where the Hub can be reached: ` +
        `profit data pull ${repository}${revision}`,
    );
  }

  private async commit(): Promise<string> {
    const { settings } = this.options;
    if (isCommit(this.revision)) return this.revision;
    if (!settings.offline) return resolveCommit(this.request.repository, this.revision, settings, this.requests);
    const commit = await this.cache.readReference(this.revision);
    if (commit === undefined) throw this.absent(`${this.request.repository} at ${this.revision} is not`);
    return commit;
  }

  /** The files of the commit. A commit does not change, so one listing is enough. */
  private async listing(commit: string): Promise<readonly RemoteFile[]> {
    const { settings } = this.options;
    const known = await this.cache.readListing(commit);
    if (known !== undefined) return known;
    if (settings.offline) {
      const present = await this.cache.presentFiles(commit);
      if (present.length === 0) throw this.absent(`${this.request.repository} at ${this.revision} is not`);
      return present;
    }
    const files = await listRepository(this.request.repository, commit, settings, this.requests);
    await this.cache.make();
    await this.cache.writeListing(commit, files);
    return files;
  }

  /** Whether a file is in the cache and whole; a damaged blob is removed, or offline an error. */
  private async isPresent(commit: string, file: RemoteFile): Promise<boolean> {
    const { offline } = this.options.settings;
    const linked = await this.cache.locate(commit, file.path);
    const blob = linked ?? join(this.cache.folder, 'blobs', file.hash);
    const entry = await lstat(blob).catch(() => undefined);
    if (entry?.isFile() !== true) return false;
    if (await isIntact(blob, file)) return linked !== undefined || !offline;
    if (offline) {
      throw new HubError(`${blob} is damaged: it is not what its hash says. Remove it and pull the data set again`);
    }
    await unlink(blob);
    return false;
  }

  /** Sees to it that files are in the cache, whole. */
  private async ensure(commit: string, files: readonly RemoteFile[]): Promise<void> {
    const { offline } = this.options.settings;
    const missing: RemoteFile[] = [];
    for (const file of files) if (!(await this.isPresent(commit, file))) missing.push(file);
    if (offline) {
      if (missing.length > 0) throw this.absent(`${this.request.repository}: ${missing[0].path} is not`);
      return;
    }
    const total = missing.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const file of missing) {
      const path = file.path.split('/').map(encodeURIComponent).join('/');
      await downloadFile({
        url: `${this.options.settings.endpoint}/datasets/${this.request.repository}/resolve/${commit}/${path}`,
        file,
        target: await this.cache.blobPath(file),
        requests: this.requests,
        onBytes: (done) => this.options.onProgress?.({ path: file.path, done: before + done, total }),
      });
      before += file.size;
    }
    this.fetched += total;
    for (const file of files) await this.cache.link(commit, file);
  }

  private async configurations(commit: string, files: readonly RemoteFile[]): Promise<readonly CardConfiguration[]> {
    const { configurations } = this.request;
    if (configurations !== undefined) return configurations;
    const card = files.find(({ path }) => path === 'README.md');
    if (card === undefined || card.size > largestCard) return [];
    await this.ensure(commit, [card]);
    return cardConfigurations(await readFile(join(this.cache.snapshotFolder(commit), card.path), 'utf8'));
  }

  async run(): Promise<PulledDataset> {
    const { repository, config, split } = this.request;
    const commit = await this.commit();
    const listed = await this.listing(commit);
    const request = {
      files: listed.map(({ path }) => path),
      configurations: await this.configurations(commit, listed),
      ...{ config, name: repository },
    };
    const all = splitsOf(request).map(({ name }) => name);
    const names = split === undefined && this.request.one !== true ? all : [split];
    const chosen = names.map((name) => ({
      name: name ?? all[0],
      paths: splitFiles({ ...request, split: name }),
    }));
    const wanted = listed.filter(({ path }) => chosen.some(({ paths }) => paths.includes(path)));
    await this.ensure(commit, wanted);
    if (!this.options.settings.offline && !isCommit(this.revision)) {
      await this.cache.writeReference(this.revision, commit);
    }
    if (!this.options.settings.offline) await this.cache.removeAbandonedLocks();
    const folder = this.cache.snapshotFolder(commit);
    const located = (path: string): PulledFile => {
      const file = wanted.find((one) => one.path === path) as RemoteFile;
      return { ...file, location: join(folder, path) };
    };
    const splits = chosen.map(({ name, paths }) => ({ name, files: paths.map(located) }));
    return { repository, revision: this.revision, commit, folder, splits, fetched: this.fetched };
  }
}

/**
 * Brings the files of a data set of the Hub into the cache and checks each of them against the hash that the Hub lists:
 * SHA-256 for large files, the git blob hash for small ones. What is there is not fetched again; what broke off is
 * continued. With `settings.offline` nothing is fetched, and everything has to be there. A commit whose files are all there
 * needs no network either.
 *
 * @throws HubError for what the Hub refuses or sends wrong, ProfitError for a configuration or split that is not there,
 *   OutputError where the cache cannot be written
 */
export async function pullDataset(request: PullRequest, options: PullOptions): Promise<PulledDataset> {
  try {
    return await new DatasetPull(request, options).run();
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (ProfitError.isInstance(cause) || code === undefined || syscall === undefined) throw cause;
    const message = `the cache cannot be used (${code}); choose another folder with HF_HUB_CACHE`;
    throw new OutputError(options.settings.cacheFolder, message, { cause });
  }
}
