import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { jobFiles } from './job-directory.js';

const beatMilliseconds = 10_000;
/** A holder on another machine that has not been heard of for so long is gone. */
const staleMilliseconds = 6 * beatMilliseconds;

/** Another process works in the run's directory. */
export class JobHeldError extends OutputError {}

interface Holder {
  readonly host: string;
  readonly process: number;
}

function isAlive({ host, process: id }: Holder, path: string): boolean {
  if (host === hostname()) {
    try {
      process.kill(id, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }
  return Date.now() - statSync(path).mtimeMs < staleMilliseconds;
}

/** Whether a process works in a run's directory, as far as its lock tells. */
export function isJobHeld(directory: string): boolean {
  const path = join(directory, jobFiles.lock);
  try {
    return isAlive(JSON.parse(readFileSync(path, 'utf8')) as Holder, path);
  } catch {
    return false;
  }
}

/**
 * Takes a run's directory for this process, so that no two work in it. The lock of a process that died is taken over: at once on
 * the same machine, on another after a minute without a sign of life.
 *
 * @returns gives it back
 * @throws JobHeldError where another process holds it
 */
export function lockJob(directory: string): () => void {
  const path = join(directory, jobFiles.lock);
  for (;;) {
    try {
      const descriptor = openSync(path, 'wx');
      const holder: Holder = { host: hostname(), process: process.pid };
      writeSync(descriptor, JSON.stringify(holder));
      closeSync(descriptor);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new OutputError(path, `cannot be written (${(error as Error).message})`, { cause: error });
      }
    }
    let holder: Holder;
    try {
      holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      // Another process is just writing it, or died while it did.
      holder = { host: '', process: 0 };
    }
    if (isAlive(holder, path)) {
      throw new JobHeldError(directory, `process ${holder.process} on ${holder.host || 'this machine'} works in it`);
    }
    rmSync(path, { force: true });
  }
  const beat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // Somebody removed the directory; writing the result will say so.
    }
  }, beatMilliseconds);
  beat.unref();
  return () => {
    clearInterval(beat);
    rmSync(path, { force: true });
  };
}
