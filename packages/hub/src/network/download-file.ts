import { constants, type Stats } from 'node:fs';
import { lstat, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { withLock } from '@profit-sft/durable-files';
import { hashContent, startHash } from '../cache/file-hash.js';
import { HubError } from '../hub-error.js';
import type { RemoteFile } from '../remote-file.js';
import { shownUrl, TransientError, type HubRequests } from './hub-requests.js';

/** How often a download may go on after it broke off, however far it came each time. */
const mostContinuations = 100;

export interface DownloadOptions {
  readonly url: string;
  readonly file: RemoteFile;
  /** Where the file goes when it is whole. */
  readonly target: string;
  readonly requests: HubRequests;
  /** Bytes of the file that are here, those of an earlier attempt included. */
  onBytes?(done: number): void;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
}

/** Opens the part of a file that is here. Not through a link, which could make us write elsewhere. */
function openPart(path: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_NOFOLLOW = 0 } = constants;
  return open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644);
}

/** A write may store less than it was given; the hash, which sees what arrived and not what was stored, would not tell. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

/** The rest of a file from `offset`; `undefined` where the server cannot continue there, and it has to be begun anew. */
async function openRest({ url, file, requests }: DownloadOptions, offset: number) {
  const range: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
  // Encoded content has other offsets than the file.
  const opened = await requests.open(url, { 'accept-encoding': 'identity', ...range });
  const { response } = opened;
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  const continues =
    response.status === 206 && Number(from) === offset && (total === '*' || Number(total) === file.size);
  if (offset === 0 ? response.status === 200 : continues) return { ...opened, offset };
  if (response.status === 200) return { ...opened, offset: 0 };
  opened.end();
  await response.body?.cancel();
  return undefined;
}

/** Downloads into the part that is here until it is as long as the file. Returns whether its hash is right. */
async function complete(options: DownloadOptions, part: string): Promise<boolean> {
  const { url, file, requests, onBytes } = options;
  const handle = await openPart(part);
  try {
    let hash = startHash(file);
    let done = (await handle.stat()).size;
    const restart = async (): Promise<void> => {
      await handle.truncate(0);
      [hash, done] = [startHash(file), 0];
    };
    if (done > file.size) await restart();
    else if (done > 0) await hashContent(part, hash);
    onBytes?.(done);
    let failures = 0;
    for (let tries = 0; done < file.size; tries++) {
      const before = done;
      try {
        const rest = await openRest(options, done);
        if (rest === undefined) {
          await restart();
          throw new TransientError(`${shownUrl(url)}: the server does not continue a download`, undefined);
        }
        if (rest.offset !== done) await restart();
        try {
          for await (const chunk of (rest.response.body ?? []) as AsyncIterable<Uint8Array>) {
            rest.alive();
            if (done + chunk.length > file.size) {
              await restart();
              throw new HubError(`${shownUrl(url)}: sends more than the ${file.size} bytes that the file has`);
            }
            await writeAll(handle, chunk, done);
            hash.update(chunk);
            done += chunk.length;
            onBytes?.(done);
          }
        } finally {
          rest.end();
        }
        if (done < file.size) {
          throw new TransientError(`${shownUrl(url)}: ended after ${done} of ${file.size} bytes`, undefined);
        }
      } catch (error) {
        // A full disk does not get better by asking the Hub again.
        const isLocal = ['write', 'ftruncate', 'read'].includes((error as NodeJS.ErrnoException).syscall ?? '');
        const isReset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (error instanceof HubError || (isLocal && !isReset)) throw error;
        const transient =
          error instanceof TransientError
            ? error
            : new TransientError(`${shownUrl(url)}: ${(error as Error).message}`, undefined, { cause: error });
        // Progress starts the count anew: a large file may break off often.
        failures = done > before && tries < mostContinuations ? 1 : failures + 1;
        await requests.pause(failures, transient);
      }
    }
    await handle.sync();
    return hash.digest('hex') === file.hash;
  } finally {
    await handle.close();
  }
}

/**
 * Downloads a file and checks its hash. What an earlier attempt left, in this process or one that was killed, is continued
 * by a range request. A wrong hash is tried once more from the beginning, since the part that was here may be at fault.
 * Two processes that want the same file share one download.
 *
 * @throws HubError
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { file, target } = options;
  const part = `${target}.incomplete`;
  await withLock(`${target}.lock`, { wait: true }, async () => {
    // Another process may have finished it while we waited.
    if ((await statIfThere(target))?.isFile() === true) return;
    for (let tries = 1; tries <= 2; tries++) {
      if (await complete(options, part)) return rename(part, target);
      await unlink(part);
    }
    const kind = file.hash.length === 64 ? 'SHA-256' : 'git blob hash';
    throw new HubError(
      `${shownUrl(options.url)}: the content does not have the ${kind} ${file.hash} that the Hub lists, twice in a row. ` +
        'Something between here and the Hub changes it; nothing was kept',
    );
  });
}
