import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { inLanes, spreadPoints, type FaultResult } from './fault-result.js';
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
  await start(whole, ['-o', log, '-e', `trace=${calls}`]);
  // strace counts each call of each thread for itself.
  const counts = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call !== undefined) counts.set(`${call} ${thread}`, (counts.get(`${call} ${thread}`) ?? 0) + 1);
  }
  const places = [...counts].flatMap(([key, most]) =>
    Array.from({ length: most }, (_, index) => ({ call: key.split(' ', 1)[0], at: index + 1 })),
  );
  const failures: string[] = [];
  let injected = 0;
  await inLanes(
    spreadPoints(places.length, count, random).map((point) => places[point - 1]),
    async ({ call, at }) => {
      const output = trial.output();
      const inject = ['-e', `trace=${calls}`, '-e', `inject=${call}:signal=KILL:when=${at}`];
      const ended = await start(output, ['-o', '/dev/null', ...inject]);
      // Which thread makes how many calls differs from start to start: one may come to its end.
      if (ended.signal === 'SIGKILL') injected++;
      const wrong = await trial.recover(output);
      if (wrong !== undefined) failures.push(`${call} ${at}: ${wrong}`);
      rmSync(output, { recursive: true, force: true });
    },
  );
  return { ...about, injected, failures };
}
