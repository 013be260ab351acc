import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutputError, writeError } from '@profit-sft/core';
import { partialPrefix } from '../atomic-writes.js';
import { startHeartbeat } from './heartbeat.js';
import { LockHeldError, LockLostError } from './lock-errors.js';
import { holderName, parseHolderName, processState, thisMachine, thisProcess, type LockHolder } from './lock-holder.js';
import { SignsOfLife } from './signs-of-life.js';

export interface LockOptions {
  /** What the lock is for, in messages, e.g. the directory that it guards; default: its own path. */
  readonly subject?: string;
  /** Wait until the lock is free; otherwise a lock that is held is refused. */
  readonly wait?: boolean;
  /** Ends the waiting; what it was aborted with is thrown. */
  readonly signal?: AbortSignal;
  /** Somebody holds the lock, and it is waited for; called once for each holder. */
  onWait?(holder: LockHolder): void;
  /** Only a sign of life can tell whether the holder is there; so many seconds of silence of those after which it is not. */
  onSilence?(holder: LockHolder, seconds: number, ofSeconds: number): void;
}

/** A lock that this process holds. */
export interface Lock {
  /** @throws LockLostError when another process took it over; ask before writing what must not be written by two */
  assertHeld(): void;
  release(): void;
}

/** What tests change. */
export interface LockSetting {
  readonly beatMilliseconds: number;
  readonly silenceMilliseconds: number;
  readonly lookMilliseconds: number;
  readonly machine: string;
}

const standard = { beatMilliseconds: 5000, silenceMilliseconds: 60_000, lookMilliseconds: 250 };

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The file that names the holder; undefined where nobody holds the lock. */
function holderFile(path: string): { readonly name: string; readonly holder: LockHolder } | undefined {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new OutputError(path, `cannot be read as a lock (${(error as Error).message})`, { cause: error });
  }
  for (const name of names) {
    const holder = parseHolderName(name);
    if (holder !== undefined) return { name, holder };
    // NFS keeps a removed file under such a name while somebody has it open.
    if (!name.startsWith('.nfs')) throw new OutputError(join(path, name), 'is not part of a lock; remove it');
  }
  return undefined;
}

/**
 * Makes the lock's directory with the holder's file in it, by renaming: at most one rename succeeds, since a directory that is not empty is not
 * replaced.
 */
function create(path: string, name: string, prepared: string): boolean {
  try {
    mkdirSync(prepared, { recursive: false });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw writeError(path, error);
    }
  }
  try {
    writeFileSync(join(prepared, name), '');
    // What a holder left that was killed while it gave the lock back; not every system renames onto an empty directory.
    removeEmpty(path);
    renameSync(prepared, path);
    return true;
  } catch (error) {
    // Somebody was faster (Windows says EPERM or EACCES), or tidied up what was prepared.
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM', 'EACCES'].includes(codeOf(error) ?? '')) return false;
    throw writeError(path, error);
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is not there, or not empty.
  }
}

/**
 * Removes what processes prepared that were killed before they had the lock. Of one that is still there nothing is touched: its rename
 * would put a lock in place that names nobody.
 */
function removeAbandoned(directory: string, preparedPrefix: string, machine: string): void {
  let entries: string[];
  try {
    entries = readdirSync(directory);
  } catch {
    // The next holder tries again.
    return;
  }
  for (const entry of entries) {
    if (!entry.startsWith(preparedPrefix)) continue;
    const prepared = join(directory, entry);
    try {
      const there = holderFile(prepared);
      if (there !== undefined && processState(there.holder, machine) !== 'gone') continue;
      if (there !== undefined) rmSync(join(prepared, there.name), { force: true });
      rmdirSync(prepared);
    } catch {
      // Not a lock's, or somebody else removes it: it is in nobody's way.
    }
  }
}

/** Of several that want the place of a holder who is gone, one has its rename succeed: the others no longer find the old name. */
function takeOver(path: string, old: string, name: string): boolean {
  try {
    renameSync(join(path, old), join(path, name));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw writeError(path, error);
  }
}

function beatOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Takes a lock, so that no two processes work on one thing, on this machine or on another that sees the same file system.
 *
 * The lock is a directory with one file, whose name says who holds it. It outlives no process: on the same machine the operating system says
 * whether the holder is there (its number and, on Linux, when it started); a holder on another machine writes into its file every
 * 5 seconds, and is gone when it has not for a minute. It is then taken over, by one process only.
 *
 * @param path the lock's; its parent directory has to be there
 * @throws LockHeldError without `wait`, where another process holds it
 * @throws OutputError when it cannot be written
 */
export async function acquireLock(
  path: string,
  options: LockOptions = {},
  setting: Partial<LockSetting> = {},
): Promise<Lock> {
  const { subject = path, wait = false, signal, onWait, onSilence } = options;
  const { beatMilliseconds, silenceMilliseconds, lookMilliseconds, machine } = {
    ...standard,
    machine: thisMachine(),
    ...setting,
  };
  const own = thisProcess(machine);
  const name = holderName(own);
  const preparedPrefix = `${partialPrefix}${basename(path)}-`;
  const prepared = join(dirname(path), preparedPrefix + own.nonce);
  const signs = new SignsOfLife(silenceMilliseconds, lookMilliseconds);
  let waitsFor = '';
  try {
    for (;;) {
      signal?.throwIfAborted();
      const there = holderFile(path);
      if (there === undefined) {
        if (create(path, name, prepared)) break;
        // Whoever was faster is seen at the next look; a file system that shows changes late is not asked without a pause.
        await sleep(Math.min(20, lookMilliseconds), undefined, { signal });
        continue;
      }
      let state = processState(there.holder, machine);
      if (state === 'unknown') {
        state = signs.look(there.name, beatOf(join(path, there.name)));
        if (state === 'unknown') onSilence?.(there.holder, signs.silence / 1000, silenceMilliseconds / 1000);
      }
      if (state === 'gone') {
        if (takeOver(path, there.name, name)) break;
        continue;
      }
      if (state === 'alive' && !wait) throw new LockHeldError(subject, there.holder);
      if (wait && waitsFor !== there.name) onWait?.(there.holder);
      waitsFor = there.name;
      await sleep(lookMilliseconds, undefined, { signal });
    }
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    rmSync(prepared, { recursive: true, force: true });
  }
  removeAbandoned(dirname(path), preparedPrefix, machine);
  const file = join(path, name);
  const removeFile = (): void => {
    try {
      rmSync(file, { force: true });
    } catch {
      // On a file system that has turned read-only, say. It is free once this process ends, and what led here is the error that counts.
    }
    removeEmpty(path);
  };
  let endHeartbeat: () => void;
  try {
    endHeartbeat = startHeartbeat(file, beatMilliseconds);
  } catch (error) {
    // No memory for a thread, say.
    removeFile();
    throw error;
  }
  return {
    assertHeld() {
      if (statSync(file, { throwIfNoEntry: false }) === undefined) throw new LockLostError(subject);
    },
    release() {
      endHeartbeat();
      removeFile();
    },
  };
}

/**
 * Looks whether a process that is certainly there holds a lock; takes and changes nothing.
 * @throws LockHeldError
 */
export function assertNotHeld(path: string, subject: string): void {
  const there = holderFile(path);
  if (there !== undefined && processState(there.holder) === 'alive') throw new LockHeldError(subject, there.holder);
}

/**
 * Whether somebody holds a lock, as far as one look tells: a holder on another machine, whose signs of life would have to be waited for, counts
 * as there. For those who show what goes on; takes and changes nothing.
 */
export function mayBeHeld(path: string): boolean {
  const there = holderFile(path);
  return there !== undefined && processState(there.holder) !== 'gone';
}

/** Removes the lock of a process that is gone, where nobody else will come to take it over; one that may not be removed is in nobody's way. */
export async function removeAbandonedLock(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined || mayBeHeld(path)) return;
  try {
    (await acquireLock(path)).release();
  } catch (error) {
    // Somebody has just taken it, or it is another user's.
    if (!(error instanceof OutputError)) throw error;
  }
}

/** Does some work while this process holds a lock. */
export async function withLock<T>(path: string, options: LockOptions, work: (lock: Lock) => Promise<T>): Promise<T> {
  const lock = await acquireLock(path, options);
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
}
