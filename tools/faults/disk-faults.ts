import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inLanes, spreadPoints, type FaultResult } from './fault-result.js';
import type { ErrorCode } from './fault.js';
import type { Trial } from './trial.js';

interface Refusal {
  readonly code: ErrorCode;
  readonly lasting: boolean;
  readonly kind: string;
  /** What the message has to say beside the file. */
  readonly says: RegExp;
}

const refusals: readonly Refusal[] = [
  { code: 'ENOSPC', lasting: true, kind: 'disk full (ENOSPC) from some write on', says: /disk is full.*free/is },
  { code: 'EIO', lasting: false, kind: 'the disk fails to store (EIO at fsync)', says: /disk reports a fault/ },
  { code: 'EMFILE', lasting: false, kind: 'too many open files (EMFILE)', says: /ulimit -n/ },
  { code: 'EROFS', lasting: true, kind: 'the file system turns read-only (EROFS) while running', says: /read-only/ },
];
/** Operations of one kind among which the points are chosen: about as many as the scenario has. */
const reach = { ENOSPC: 260, EIO: 28, EMFILE: 12, EROFS: 300 } as const;

/** Errors of the operating system, at operations spread over the scenario. */
export async function refuseWrites(trial: Trial, count: number, random: () => number): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  for (const { code, lasting, kind, says } of refusals) {
    const failures: string[] = [];
    let injected = 0;
    await inLanes(spreadPoints(reach[code], count, random), async (at) => {
      const output = trial.output();
      const ended = await trial.disturb(output, { kind: 'refuse', role: 'command', at, code, lasting });
      // Past the last operation of the kind, or where the refusal does no harm, the command comes to its end.
      if (ended.code !== 0) {
        injected++;
        if (ended.code !== 6 || !says.test(ended.error)) {
          failures.push(
            `${code} at ${at}: ended with ${ended.signal ?? ended.code} and said: ${ended.error.slice(-600)}`,
          );
        }
      }
      const wrong = await trial.wrongAfter(output, ended);
      if (wrong !== undefined) failures.push(`${code} at ${at}: ${wrong}`);
      rmSync(output, { recursive: true, force: true });
    });
    results.push({ kind, what: trial.scenario.title, injected, failures });
  }
  return results;
}

/** Every write stores half of what it is given. */
export async function shortWrites(trial: Trial): Promise<FaultResult> {
  const output = trial.output();
  const ended = await trial.disturb(output, { kind: 'short-writes', role: 'command' });
  const wrong = ended.code === 0 ? trial.wrongOutcome(output, ended) : `ended with ${ended.code}: ${ended.error}`;
  const writes = trial.counts.get('command')?.operations.filter((one) => one.startsWith('write ')).length ?? 0;
  return {
    kind: 'every write stores half of what it is given',
    what: `${trial.scenario.title}, ${writes} writes`,
    injected: 1,
    failures: wrong === undefined ? [] : [wrong],
  };
}

/** Whether this system lets us mount a file system in memory: root on Linux, outside of most containers. */
export function canMount(folder: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const notMounted = 'no file system can be mounted here (needs root on Linux)';

/** A real file system in memory that is full after so many KiB; then it is made larger, and the run goes on. */
export async function fillDisk(trial: Trial, sizes: readonly number[]): Promise<FaultResult> {
  const about = { kind: 'a file system that is full (tmpfs)', what: trial.scenario.title };
  const failures: string[] = [];
  let injected = 0;
  for (const size of sizes) {
    const folder = trial.output();
    if (!canMount(folder)) return { ...about, injected, failures, skipped: notMounted };
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', folder]);
    const output = join(folder, 'run');
    try {
      const ended = await trial.start(output);
      if (ended.code !== 0) injected++;
      if (ended.code !== 6 || !/disk is full/.test(ended.error)) {
        failures.push(`${size} KiB: ended with ${ended.code} and said: ${ended.error.slice(-600)}`);
      }
      execFileSync('mount', ['-o', 'remount,size=64m', folder]);
      const wrong = await trial.recover(output);
      if (wrong !== undefined) failures.push(`${size} KiB: ${wrong}`);
    } finally {
      execFileSync('umount', [folder]);
    }
  }
  return { ...about, injected, failures };
}

/** A directory that cannot be written is refused before the model is read; nothing in it is touched. */
export async function readOnlyDirectory(trial: Trial): Promise<FaultResult> {
  const about = { kind: 'a read-only file system (tmpfs)', what: trial.scenario.title };
  const folder = trial.output();
  if (!canMount(folder)) return { ...about, injected: 0, failures: [], skipped: notMounted };
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  const failures: string[] = [];
  try {
    const output = join(folder, 'run');
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const ended = await trial.start(output);
    if (ended.code !== 6 || !ended.error.includes('read-only') || /tokenising|step 1/.test(ended.error)) {
      failures.push(`ended with ${ended.code} and said: ${ended.error.slice(-600)}`);
    }
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    if (existsSync(output)) failures.push('left something behind');
    writeFileSync(join(folder, 'ours'), '');
    const wrong = await trial.recover(output);
    if (wrong !== undefined) failures.push(wrong);
  } finally {
    execFileSync('umount', [folder]);
  }
  return { ...about, injected: 1, failures };
}
