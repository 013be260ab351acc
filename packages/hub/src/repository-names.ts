import { HubError } from './hub-error.js';

const shown = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 119)}…` : text);

/** A repository id, `name` or `owner/name`, by the Hub's own rules. Throws `HubError` for anything else. */
export function checkRepository(repository: string): void {
  const part = /^[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;
  const parts = repository.split('/');
  const fits = parts.length <= 2 && parts.every((name) => part.test(name) && !/--|\.\./.test(name));
  if (!fits) throw new HubError(`${shown(repository)} is no repository of the Hub; expected OWNER/NAME`);
}

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/** A branch, a tag, `refs/pr/1` or a commit. Throws `HubError` for what could lead out of the cache. */
export function checkRevision(revision: string): void {
  const fits = /^[\w.+-]+(?:\/[\w.+-]+)*$/.test(revision) && !revision.split('/').some((part) => /^\.+$/.test(part));
  if (!fits || revision.length > 200) {
    throw new HubError(`${shown(revision)} is no revision; expected a branch, a tag or a commit`);
  }
}

/**
 * Refuses a file's name that could lead out of the folder it is put in, on any system: names come from whoever owns the
 * repository.
 */
export function checkFilePath(path: string): void {
  const parts = path.split('/');
  const unsafe =
    path.length > 1000 ||
    // eslint-disable-next-line no-control-regex -- control characters are the point
    /[\\\u0000-\u001f\u007f]/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || /^[A-Za-z]:/.test(part));
  if (unsafe) throw new HubError(`the repository has a file with the name ${shown(path)}, which is not safe to write`);
}
