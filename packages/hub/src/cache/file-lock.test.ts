import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { withLock } from './file-lock.js';

const folder = await mkdtemp(join(tmpdir(), 'profit-lock-'));

test('one at a time, and the file is gone afterwards, after an error as well', async () => {
  const path = join(folder, 'a.lock');
  let inside = 0;
  const work = async (): Promise<void> => {
    expect(++inside).toBe(1);
    await sleep(20);
    inside--;
  };
  await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that has ended is taken over', async () => {
  const path = join(folder, 'b.lock');
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await writeFile(path, String(pid));
  expect(await withLock(path, () => Promise.resolve('done'))).toBe('done');
  // And one of an earlier process that had our id.
  await writeFile(path, String(process.pid));
  expect(await withLock(path, () => Promise.resolve('done'))).toBe('done');
});
