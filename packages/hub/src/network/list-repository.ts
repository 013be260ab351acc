import { HubError } from '../hub-error.js';
import type { HubSettings } from '../hub-settings.js';
import { checkedFile, type RemoteFile } from '../remote-file.js';
import { isCommit } from '../repository-names.js';
import type { HubRequests } from './hub-requests.js';

async function understood<T>(url: string, what: Promise<T>): Promise<T> {
  try {
    return await what;
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new HubError(`${url}: does not answer as the Hub does: ${(cause as Error).message}`, { cause });
  }
}

/** The commit that a revision means now. The Hub's library is loaded here: training reads the cache and needs none of it. */
export async function resolveCommit(
  repository: string,
  revision: string,
  settings: HubSettings,
  requests: HubRequests,
): Promise<string> {
  const { endpoint: hubUrl } = settings;
  const { datasetInfo } = await import('@huggingface/hub');
  const info = await understood(
    hubUrl,
    datasetInfo({ name: repository, revision, hubUrl, fetch: requests.fetch, additionalFields: ['sha'] }),
  );
  if (typeof info.sha !== 'string' || !isCommit(info.sha))
    throw new HubError(`${hubUrl}: names no commit for ${repository} at ${revision}`);
  return info.sha;
}

/** Most files that are listed: data sets of more are trees of single images, not of rows. */
const mostFiles = 100_000;

/** Every file of a data set at a commit. */
export function listRepository(
  repository: string,
  commit: string,
  settings: HubSettings,
  requests: HubRequests,
): Promise<RemoteFile[]> {
  const { endpoint: hubUrl } = settings;
  const list = async (): Promise<RemoteFile[]> => {
    const { listFiles } = await import('@huggingface/hub');
    const files: RemoteFile[] = [];
    const entries = listFiles({
      repo: { type: 'dataset', name: repository },
      ...{ revision: commit, recursive: true, hubUrl, fetch: requests.fetch },
    });
    for await (const { type, path, size, oid, lfs } of entries) {
      if (type !== 'file') continue;
      // A file in LFS has its own hash there; `oid` and `size` may be those of its pointer.
      files.push(lfs === undefined ? checkedFile(path, size, oid) : checkedFile(path, lfs.size, lfs.oid));
      if (files.length > mostFiles) throw new HubError(`${repository} has more than ${mostFiles} files`);
    }
    return files;
  };
  return understood(hubUrl, list());
}
