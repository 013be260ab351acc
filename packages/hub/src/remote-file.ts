import { HubError } from './hub-error.js';
import { checkFilePath } from './repository-names.js';

/** A file of a repository at one commit. */
export interface RemoteFile {
  /** Relative, with slashes; safe to join to a folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hex for files in LFS or Xet storage (64 digits), else the SHA-1 of the git blob (40 digits). */
  readonly hash: string;
}

/** Checks what came from outside before anything is named after it. */
export function checkedFile(path: unknown, size: unknown, hash: unknown): RemoteFile {
  if (typeof path !== 'string') throw new HubError('the list of files holds one without a path');
  checkFilePath(path);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new HubError(`the list of files gives no size for ${path}`);
  }
  if (typeof hash !== 'string' || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) {
    throw new HubError(`the list of files gives no hash for ${path}`);
  }
  return { path, size, hash };
}
