import { expect, test } from 'vitest';
import { OutputError } from './errors.js';
import { isDiskFull, systemErrorCode, writeError } from './write-error.js';

const refused = (code: string): Error =>
  Object.assign(new Error(`${code}: refused, write`), { code, syscall: 'write' });

test.each([
  ['ENOSPC', /^out: cannot be written \(ENOSPC: refused, write\)\. The disk is full: free some space and start again/],
  ['EDQUOT', /The quota is used up/],
  ['EROFS', /read-only: choose another directory$/],
  ['EACCES', /may not write there/],
  ['EMFILE', /ulimit -n/],
  ['EIO', /The disk reports a fault/],
  ['EISDIR', /^out: cannot be written \(EISDIR: refused, write\)$/],
])('%s comes with what to do', (code, message) => {
  const cause = refused(code);
  const error = writeError('out', cause);
  expect(error).toBeInstanceOf(OutputError);
  expect(error.message).toMatch(message);
  expect(error.cause).toBe(cause);
  expect(systemErrorCode(error)).toBe(code);
});

test('a full disk is known behind other errors', () => {
  expect(isDiskFull(new Error('no checkpoint', { cause: writeError('out', refused('ENOSPC')) }))).toBe(true);
  expect(isDiskFull(writeError('out', refused('EIO')))).toBe(false);
  expect(isDiskFull(new Error('ENOSPC'))).toBe(false);
  expect(isDiskFull(undefined)).toBe(false);
});
