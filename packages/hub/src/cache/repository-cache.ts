import { copyFile, lstat, mkdir, readdir, readFile, readlink, realpath, rename, stat, symlink } from 'node:fs/promises';
import { parseJson } from '@profit-sft/core';
import { removeAbandonedLock, withLock, writeFileAtomically } from '@profit-sft/durable-files';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join, relative, sep } from 'node:path';
import { HubError } from '../hub-error.js';
import { checkedFile, type RemoteFile } from '../remote-file.js';
import { isCommit } from '../repository-names.js';

async function ifThere<T>(what: Promise<T>): Promise<T | undefined> {
  try {
    return await what;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw cause;
  }
}

/** Makes the folders below `root` one by one, so that a link among them is seen before anything is made behind it. */
async function makeFolders(root: string, parts: readonly string[]): Promise<string> {
  let folder = root;
  for (const part of parts) {
    folder = join(folder, part);
    await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
    });
    if (!(await lstat(folder)).isDirectory()) throw new HubError(`${folder} is not a folder; remove it`);
  }
  return folder;
}

/** Whether a link could be made; not where one is already, or the system does not allow links. */
async function linked(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (cause) {
    if (['EPERM', 'EEXIST'].includes((cause as NodeJS.ErrnoException).code ?? '')) return false;
    throw cause;
  }
}

/** Two processes that write one file take turns, so that what one leaves that is killed is the next one's to overwrite. */
function replaceFile(path: string, content: string): Promise<void> {
  return withLock(`${path}.lock`, { wait: true, subject: path }, () =>
    Promise.resolve(writeFileAtomically(path, content)),
  );
}

/** Beside a link, for one that is to replace it. Names with this prefix are no files of a snapshot. */
const replacementPrefix = '.replacement-';

/**
 * One data set's folder in the cache, in the layout that Hugging Face documents for all languages
 * (https://huggingface.co/docs/hub/local-cache): `blobs/<hash>`, `snapshots/<commit>/<path>` as links to them, `refs/<revision>` with a
 * commit. What Python downloaded is found, and the other way round. Beside it, `profit-sft/<commit>.json` holds the list of
 * files, so that an incomplete snapshot is known for what it is without the Hub.
 */
export class RepositoryCache {
  readonly folder: string;

  constructor(
    private readonly cacheFolder: string,
    repository: string,
  ) {
    this.folder = join(cacheFolder, `datasets--${repository.split('/').join('--')}`);
  }

  async make(): Promise<void> {
    await mkdir(this.cacheFolder, { recursive: true });
    await makeFolders(this.cacheFolder, [basename(this.folder)]);
  }

  snapshotFolder(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  /** Where the blob of a file goes; its folder is made. */
  async blobPath(file: RemoteFile): Promise<string> {
    return join(await makeFolders(this.folder, ['blobs']), file.hash);
  }

  /** The commit that a revision meant when it was last resolved. */
  async readReference(revision: string): Promise<string | undefined> {
    const text = await ifThere(readFile(join(this.folder, 'refs', ...revision.split('/')), 'utf8'));
    return text !== undefined && isCommit(text.trim()) ? text.trim() : undefined;
  }

  async writeReference(revision: string, commit: string): Promise<void> {
    const parts = ['refs', ...revision.split('/')];
    const folder = await makeFolders(this.folder, parts.slice(0, -1));
    await replaceFile(join(folder, parts[parts.length - 1]), commit);
  }

  /** The files of a commit, where we have listed them before. */
  async readListing(commit: string): Promise<RemoteFile[] | undefined> {
    const path = join(this.folder, 'profit-sft', `${commit}.json`);
    const text = await ifThere(readFile(path, 'utf8'));
    if (text === undefined) return undefined;
    try {
      const files = (parseJson(text) as { files: { path: unknown; size: unknown; hash: unknown }[] }).files;
      return files.map((file) => checkedFile(file.path, file.size, file.hash));
    } catch (cause) {
      throw new HubError(`${path} is damaged; remove it`, { cause });
    }
  }

  async writeListing(commit: string, files: readonly RemoteFile[]): Promise<void> {
    const folder = await makeFolders(this.folder, ['profit-sft']);
    await replaceFile(join(folder, `${commit}.json`), `${JSON.stringify({ files })}\n`);
  }

  /** The files of a commit that are in the cache, whoever put them there; the hash is what the blob is called. */
  async presentFiles(commit: string): Promise<RemoteFile[]> {
    const folder = this.snapshotFolder(commit);
    const entries = (await ifThere(readdir(folder, { recursive: true, withFileTypes: true }))) ?? [];
    const files: RemoteFile[] = [];
    for (const entry of entries) {
      if (entry.isDirectory() || entry.name.startsWith(replacementPrefix)) continue;
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
      const blob = await this.locate(commit, path);
      // Without links (Windows) the hash is not known.
      if (blob === undefined || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(basename(blob))) continue;
      files.push(checkedFile(path, (await stat(blob)).size, basename(blob)));
    }
    return files;
  }

  /**
   * The blob of a file of a snapshot, or `undefined` where it is not in the cache. Throws `HubError` where a link leads
   * out of the data set's folder.
   */
  async locate(commit: string, path: string): Promise<string | undefined> {
    const found = await ifThere(realpath(join(this.snapshotFolder(commit), path)));
    if (found === undefined) return undefined;
    const root = await realpath(this.folder);
    if (found.startsWith(root + sep)) return found;
    throw new HubError(`${join(this.snapshotFolder(commit), path)} leads out of ${root}; remove it`);
  }

  /** Removes locks of processes that were killed and whose work somebody else has done since: nobody would take them over. */
  async removeAbandonedLocks(): Promise<void> {
    for (const part of ['blobs', 'profit-sft', 'refs']) {
      const folder = join(this.folder, part);
      const entries = (await ifThere(readdir(folder, { recursive: true, withFileTypes: true }))) ?? [];
      for (const entry of entries) {
        const isLock = entry.isDirectory() && entry.name.endsWith('.lock');
        if (isLock) await removeAbandonedLock(join(entry.parentPath, entry.name));
      }
    }
  }

  /** Puts a blob into a snapshot: a relative link, or a copy where links are not allowed (Windows). */
  async link(commit: string, file: RemoteFile): Promise<void> {
    const parts = file.path.split('/');
    const folder = await makeFolders(this.folder, ['snapshots', commit, ...parts.slice(0, -1)]);
    const path = join(folder, parts[parts.length - 1]);
    const blob = await this.blobPath(file);
    const target = relative(dirname(path), blob);
    const present = await ifThere(lstat(path));
    if (present?.isSymbolicLink() === true && (await readlink(path)) === target) return;
    if (present?.isDirectory() === true) throw new HubError(`${path} is a folder where a file should be; remove it`);
    // A link is there whole or not at all; a copy is not, and what is there already is replaced.
    if (present === undefined && (await linked(target, path))) return;
    const temporary = join(folder, `${replacementPrefix}${randomUUID()}`);
    if (!(await linked(target, temporary))) await copyFile(blob, temporary);
    await rename(temporary, path);
  }
}
