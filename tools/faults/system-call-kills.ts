import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { inLanes, type FaultResult } from './fault-result.js';
import { killPoints } from './kills.js';
import type { Ended } from './subject-processes.js';
import type { Trial } from './trial.js';

/** System calls by which files change; `write` is also how threads wake each other. */
const calls =
  'mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,fsync,fdatasync,ftruncate,write,pwrite64,writev,copy_file_range,sendfile,symlink';

function works(): boolean {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Kills the command at system calls themselves, by strace, which does not care how this repository writes files: the kernel ends the process when a
 * thread makes its n-th call of these kinds.
 */
export async function killAtSystemCalls(trial: Trial, count: number, random: () => number): Promise<FaultResult> {
  const about = { kind: 'SIGKILL at a system call (strace)', what: trial.scenario.title };
  if (!works()) return { ...about, injected: 0, failures: [], skipped: 'no strace here, or it may not trace' };
  const whole = trial.output();
  const log = `${whole}.strace`;
  // With one thread for files the calls are the same each time.
  const start = (output: string, options: readonly string[]): Promise<Ended> =>
    trial.start(output, { by: ['strace', '-f', '-qq', ...options], environment: { UV_THREADPOOL_SIZE: '1' } });
  await start(whole, ['-y', '-o', log, '-e', `trace=${calls}`]);
  const places = fileCalls(readFileSync(log, 'utf8'));
  const points = killPoints(
    places.map(({ call, file }) => `${call} ${file}`),
    count,
    random,
  );
  const failures: string[] = [];
  let injected = 0;
  await inLanes(points, async (point) => {
    const { call, at, file } = places[point - 1];
    const output = trial.output();
    const inject = ['-e', `trace=${calls}`, '-e', `inject=${call}:signal=KILL:when=${at}`];
    const ended = await start(output, ['-o', '/dev/null', ...inject]);
    // Which thread makes how many calls differs from start to start: one may come to its end.
    if (ended.signal === 'SIGKILL') injected++;
    const wrong = await trial.recover(output);
    if (wrong !== undefined) failures.push(`${call} ${at} (${file}): ${wrong}`);
    rmSync(output, { recursive: true, force: true });
  });
  return { ...about, injected, failures };
}

interface FileCall {
  readonly call: string;
  /** Which call of its name it is, counted as strace does: each thread for itself. */
  readonly at: number;
  /** Empty where the call names it otherwise than by a descriptor. */
  readonly file: string;
}

/** Calls of a log of `strace -f -y`, without those that write to something else than a file. */
function fileCalls(log: string): FileCall[] {
  const counts = new Map<string, number>();
  return log.split('\n').flatMap((line) => {
    const [, thread, call, descriptor = ''] = /^(\d+) +(\w+)\((?:\d+<([^>]*)>)?/.exec(line) ?? [];
    if (call === undefined) return [];
    const at = (counts.get(`${call} ${thread}`) ?? 0) + 1;
    counts.set(`${call} ${thread}`, at);
    return call === 'write' && !descriptor.startsWith('/') ? [] : [{ call, at, file: descriptor }];
  });
}
