import { OutputError } from './errors.js';

/** What a person can do about an error of the operating system while something is written. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space and start again; what was finished before is kept',
  EDQUOT: 'The quota is used up: free some space and start again; what was finished before is kept',
  EROFS: 'The file system is read-only: choose another directory',
  EACCES: 'This user may not write there: change the permissions or choose another directory',
  EPERM: 'This user may not write there: change the permissions or choose another directory',
  EMFILE: 'This process has too many files open: raise the limit (ulimit -n)',
  ENFILE: 'The system has too many files open: close other programs',
  EIO: 'The disk reports a fault: check it before you go on; what was finished before is kept',
};

const fullCodes = new Set(['ENOSPC', 'EDQUOT']);

/** The code of the system error that an error is, or was caused by. */
export function systemErrorCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, syscall } = at as NodeJS.ErrnoException;
    if (typeof code === 'string' && (syscall !== undefined || Object.hasOwn(remedies, code))) return code;
  }
  return undefined;
}

/** Whether something could not be written because there was no more space. */
export function isDiskFull(error: unknown): boolean {
  return fullCodes.has(systemErrorCode(error) ?? '');
}

/** The error of a file or directory that the operating system refuses to write, with what to do about it. */
export function writeError(path: string, cause: unknown): OutputError {
  const remedy = remedies[systemErrorCode(cause) ?? ''];
  const message = `cannot be written (${(cause as Error).message})${remedy === undefined ? '' : `. ${remedy}`}`;
  return new OutputError(path, message, { cause });
}
