import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startScript } from '../testing/typescript-process.js';
import { temporaryPath } from '../testing/temporary-path.js';
import {
  acquireLock,
  assertNotHeld,
  mayBeHeld,
  removeAbandonedLock,
  withLock,
  type LockSetting,
} from './acquire-lock.js';
import { LockHeldError, LockLostError } from './lock-errors.js';
import { holderName, thisMachine, thisProcess } from './lock-holder.js';

const quick: Partial<LockSetting> = { lookMilliseconds: 20, beatMilliseconds: 50, silenceMilliseconds: 600 };
const elsewhere = '0123456789ab';

/** A lock with this holder, as another process would have left it. */
function leave(path: string, holder: object): string {
  mkdirSync(path);
  const file = join(path, holderName({ ...thisProcess(), ...holder }));
  writeFileSync(file, '');
  return file;
}

test('one holder; what is refused names it; nothing is left', async () => {
  const path = temporaryPath('lock');
  const lock = await acquireLock(path);
  lock.assertHeld();
  const refused = acquireLock(path, { subject: '/out' });
  await expect(refused).rejects.toThrow(LockHeldError);
  await expect(refused).rejects.toThrow(
    new RegExp(`^/out: is in use by process ${process.pid} on \\S+\\. Wait until it has ended, or end it$`),
  );
  lock.release();
  (await acquireLock(path)).release();
  expect(readdirSync(dirname(path))).toEqual([]);
});

test('work under a lock takes turns, also after an error', async () => {
  const path = temporaryPath('lock');
  let inside = 0;
  const holders: number[] = [];
  const work = async (): Promise<void> => {
    expect(++inside).toBe(1);
    await sleep(20);
    inside--;
  };
  const options = { wait: true, onWait: ({ process: id }: { process: number }) => void holders.push(id) };
  await Promise.all([withLock(path, options, work), withLock(path, options, work), withLock(path, options, work)]);
  expect(holders[0]).toBe(process.pid);
  await expect(withLock(path, {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(dirname(path))).toEqual([]);
});

test('waiting ends when it is aborted', async () => {
  const path = temporaryPath('lock');
  const lock = await acquireLock(path);
  const signal = AbortSignal.timeout(50);
  await expect(acquireLock(path, { wait: true, signal })).rejects.toThrow(/aborted due to timeout/);
  lock.assertHeld();
  expect(readdirSync(dirname(path))).toEqual(['lock']);
});

test('a process that has ended holds nothing, nor does one whose number another has now', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  for (const holder of [{ process: pid }, ...(thisProcess().start === '' ? [] : [{ start: '1' }])]) {
    const path = temporaryPath('lock');
    leave(path, holder);
    const lock = await acquireLock(path);
    expect(readdirSync(path)).toHaveLength(1);
    lock.release();
  }
});

test.skipIf(process.platform !== 'linux')('a process that ended and that nobody has waited for is gone', async () => {
  const path = temporaryPath('lock');
  // A shell that becomes a program which never asks for its child; the child outlives the shell, which would.
  const parent = spawn('/bin/sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const id = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    while (!/ Z /.test(readFileSync(`/proc/${id}/stat`, 'utf8'))) await sleep(10);
    const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(' ');
    leave(path, { process: id, start: fields[21] });
    (await acquireLock(path)).release();
  } finally {
    parent.kill('SIGKILL');
  }
});

test('what a process left that was killed while it took or gave back a lock is no obstacle', async () => {
  const path = temporaryPath('lock');
  mkdirSync(path);
  (await acquireLock(path)).release();
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that is gone can be removed; that of one that is there, or may be, cannot', async () => {
  const [dead, elsewhereHeld, held] = [temporaryPath('lock'), temporaryPath('lock'), temporaryPath('lock')];
  leave(dead, { process: spawnSync(process.execPath, ['-e', '0']).pid });
  leave(elsewhereHeld, { machine: elsewhere });
  const lock = await acquireLock(held);
  for (const path of [dead, elsewhereHeld, held, temporaryPath('none')]) await removeAbandonedLock(path);
  expect([dead, elsewhereHeld, held].map((path) => existsSync(path))).toEqual([false, true, true]);
  lock.assertHeld();
  lock.release();
});

test('whether a lock is held is asked without changing it', async () => {
  const held = temporaryPath('lock');
  const lock = await acquireLock(held);
  expect(mayBeHeld(held)).toBe(true);
  expect(() => assertNotHeld(held, '/out')).toThrow(LockHeldError);
  expect(() => assertNotHeld(held, '/out')).toThrow(`/out: is in use by process ${process.pid} on `);
  lock.assertHeld();
  lock.release();
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  // Of another machine nobody can tell at one look: who shows runs takes it for held, who starts one listens for it.
  for (const [holder, isHeld] of [
    [undefined, false],
    [{ process: pid }, false],
    [{ machine: elsewhere }, true],
  ] as const) {
    const path = temporaryPath('lock');
    if (holder !== undefined) leave(path, holder);
    const before = existsSync(path) ? readdirSync(path) : undefined;
    expect(mayBeHeld(path)).toBe(isHeld);
    assertNotHeld(path, '/out');
    expect(existsSync(path) ? readdirSync(path) : undefined).toEqual(before);
  }
});

test('a holder of which the system tells no start is known by its number', async () => {
  const path = temporaryPath('lock');
  leave(path, { process: spawnSync(process.execPath, ['-e', '0']).pid, start: '' });
  (await acquireLock(path)).release();
  // A process with that number is there, and may be another one by now: its signs of life are listened for.
  leave(path, { start: '' });
  const silent: number[] = [];
  (await acquireLock(path, { onSilence: (_, seconds) => silent.push(seconds) }, quick)).release();
  expect(silent.length).toBeGreaterThan(1);
});

test('what a process prepared that was killed before it had the lock is removed; what another prepares is not', async () => {
  const path = temporaryPath('lock');
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  const prepared = (name: string): string => join(dirname(path), `.partial-lock-${name}`);
  leave(prepared('dead'), { process: pid });
  leave(prepared('live'), {});
  leave(prepared('elsewhere'), { machine: elsewhere });
  mkdirSync(prepared('empty'));
  mkdirSync(join(dirname(path), '.partial-notes'));
  (await acquireLock(path)).release();
  expect(readdirSync(dirname(path)).sort()).toEqual([
    '.partial-lock-elsewhere',
    '.partial-lock-live',
    '.partial-notes',
  ]);
});

test('what is no lock is left alone', async () => {
  const path = temporaryPath('lock');
  mkdirSync(path);
  writeFileSync(join(path, 'notes.txt'), 'mine');
  await expect(acquireLock(path, { wait: true })).rejects.toThrow(/notes\.txt: is not part of a lock; remove it/);
  const file = temporaryPath('lock');
  writeFileSync(file, '123');
  await expect(acquireLock(file)).rejects.toThrow(/lock: cannot be read as a lock \(ENOTDIR/);
  await expect(acquireLock(join(temporaryPath('none'), 'lock'))).rejects.toThrow(/cannot be written \(ENOENT/);
});

test('a holder on another machine is alive as long as its heart beats, whatever clocks say', async () => {
  const path = temporaryPath('lock');
  const { child, said, ended } = startScript('holder.ts', [path, elsewhere, '100']);
  await said;
  const [name] = readdirSync(path);
  // The file system's clock is an hour off, each time it is looked at.
  const seconds: number[] = [];
  const setClock = (): void => utimesSync(join(path, name), new Date(0), new Date(Date.now() - 3_600_000));
  const onSilence = (_: unknown, silent: number, of: number): void => {
    setClock();
    expect(of).toBe(2);
    seconds.push(silent);
  };
  const patient = { ...quick, silenceMilliseconds: 2000 };
  await expect(acquireLock(path, { onSilence }, patient)).rejects.toThrow(LockHeldError);
  expect(seconds[0]).toBe(0);

  // It waits for it, longer than the silence that it would not survive, and takes over after it was killed.
  let got = false;
  const waiting = acquireLock(path, { wait: true }, patient).then((lock) => {
    got = true;
    return lock;
  });
  await sleep(3000);
  expect(got).toBe(false);
  child.kill('SIGKILL');
  await ended;
  const lock = await waiting;
  lock.assertHeld();
  expect(readdirSync(path)[0]).toContain(thisMachine());
  lock.release();
});

test('one of another machine that is silent is gone after its time, and not before', async () => {
  const path = temporaryPath('lock');
  leave(path, { machine: elsewhere });
  const started = performance.now();
  (await acquireLock(path, {}, quick)).release();
  expect(performance.now() - started).toBeGreaterThanOrEqual(600);
});

test('who lost a lock is told, and does not give back that of the next', async () => {
  const path = temporaryPath('lock');
  const lost = await acquireLock(path, { subject: '/out' }, quick);
  const [name] = readdirSync(path);
  const next = join(path, holderName({ ...thisProcess(), machine: elsewhere }));
  renameSync(join(path, name), next);
  expect(() => lost.assertHeld()).toThrow(LockLostError);
  expect(() => lost.assertHeld()).toThrow(/^\/out: this process \(\d+\) stood still for so long that another one took/);
  await sleep(120);
  lost.release();
  expect(existsSync(next)).toBe(true);
  // Its heart no longer beats in a file that is another's.
  expect(readFileSync(next, 'utf8').length).toBeLessThanOrEqual(1);
});

test('of many processes that want the place of dead ones, one at a time gets it', async () => {
  const path = temporaryPath('lock');
  const count = 8;
  leave(path, { process: spawnSync(process.execPath, ['-e', '0']).pid });
  const contenders = Array.from({ length: count }, (_, index) =>
    startScript('contender.ts', [path, dirname(path), '300', index % 2 === 0 ? 'dies' : 'lives']),
  );
  const endings = await Promise.all(contenders.map(({ ended }) => ended));
  expect(endings.map(({ output }) => output).join('')).toBe('');
  expect(endings.map(({ signal, code }) => signal ?? code)).toEqual(
    contenders.map((_, index) => (index % 2 === 0 ? 'SIGKILL' : 0)),
  );
  (await acquireLock(path)).release();
}, 120_000);

test('of many takers of one dead holder in this process, one succeeds', async () => {
  for (let round = 0; round < 20; round++) {
    const path = temporaryPath('lock');
    leave(path, { machine: elsewhere });
    const setting = { ...quick, silenceMilliseconds: 40 };
    const takers = await Promise.allSettled(Array.from({ length: 10 }, () => acquireLock(path, {}, setting)));
    const locks = takers.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []));
    expect(locks).toHaveLength(1);
    locks[0].assertHeld();
    locks[0].release();
  }
});
