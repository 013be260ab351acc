import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jobFiles } from '../jobs/job-directory.js';
import type { Job, LaunchContext, Launcher } from '@profit-sft/core';
import { LauncherError } from './launcher-error.js';
import { shellQuoted } from './shell-quoted.js';

export interface SlurmOptions {
  /** Tasks of the array at the same time; all that the cluster allows where absent. */
  readonly concurrency?: number;
  /** Further options of `sbatch`, e.g. `--partition=gpu`, `--gres=gpu:1`, `--cpus-per-task=8`, `--time=4:00:00`. */
  readonly options?: readonly string[];
  /** Commands before the run, e.g. `module load nodejs`. */
  readonly setup?: readonly string[];
  /** Seconds between two questions to the cluster. */
  readonly pollSeconds?: number;
}

const run = promisify(execFile);

/** SLURM's default `MaxArraySize` is 1001. */
const largestArray = 1000;

/** States in which a task will not run any more; others are on their way or running (squeue's manual, JOB STATE CODES). */
const ended = new Set([
  ...['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL', 'PREEMPTED'],
  ...['BOOT_FAIL', 'DEADLINE', 'OUT_OF_MEMORY', 'REVOKED', 'SPECIAL_EXIT', 'LAUNCH_FAILED'],
]);

interface Submission {
  /** The script of `sbatch`, complete. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** The file with one run's directory per line, and its folder. */
  readonly list: string;
  readonly jobs: readonly Job[];
}

/**
 * A SLURM cluster whose nodes see the ablation's directory: one array of tasks, `sbatch --array`. Tasks are followed by `squeue`, and by `sacct`
 * where there is accounting; when the ablation is interrupted, `scancel` ends them.
 */
export class SlurmLauncher implements Launcher {
  readonly name = 'slurm';

  constructor(private readonly options: SlurmOptions = {}) {}

  private submissions(jobs: readonly Job[], command: readonly string[]): Submission[] {
    const { concurrency, options = [], setup = [] } = this.options;
    return Array.from({ length: Math.ceil(jobs.length / largestArray) }, (_, part) => {
      const own = jobs.slice(part * largestArray, (part + 1) * largestArray);
      // Named by its first run, so that a plan says what is sent.
      const list = join(dirname(own[0].directory), '..', 'slurm', `${own[0].hash}.txt`);
      const script = [
        '#!/bin/bash',
        ...setup,
        `directory=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${shellQuoted(list)})`,
        `exec ${command.map(shellQuoted).join(' ')} "$directory" >> "$directory/${jobFiles.log}" 2>&1`,
        '',
      ].join('\n');
      const limit = concurrency === undefined ? '' : `%${concurrency}`;
      const all = [
        ...['--parsable', '--no-requeue', '--job-name=profit', '--output=/dev/null'],
        ...[`--array=0-${own.length - 1}${limit}`, ...options],
      ];
      return { script, arguments: all, list, jobs: own };
    });
  }

  plan(jobs: readonly Job[], command: readonly string[]): string[] {
    return this.submissions(jobs, command).map(({ script, arguments: all, list, jobs: own }) =>
      [
        `cat > ${shellQuoted(list)} <<'END'`,
        ...own.map(({ directory }) => directory),
        'END',
        `sbatch ${all.map(shellQuoted).join(' ')} <<'END'`,
        `${script.trimEnd()}`,
        'END',
      ].join('\n'),
    );
  }

  async launch(jobs: readonly Job[], context: LaunchContext): Promise<void> {
    await Promise.all(this.submissions(jobs, context.command).map((submission) => this.follow(submission, context)));
  }

  private async follow(submission: Submission, { signal, onStart, onEnd }: LaunchContext): Promise<void> {
    const { list, jobs } = submission;
    mkdirSync(dirname(list), { recursive: true });
    writeFileSync(list, `${jobs.map(({ directory }) => directory).join('\n')}\n`);
    const id = await submit(submission);
    const started = new Set<number>();
    const left = new Set(jobs.keys());
    const start = (task: number): void => {
      if (started.has(task)) return;
      started.add(task);
      onStart(jobs[task]);
    };
    let cancelled = false;
    while (left.size > 0) {
      if (signal.aborted && !cancelled) {
        cancelled = true;
        // SIGTERM first, so that runs write a checkpoint; SLURM kills what is left after its KillWait.
        await ask('scancel', ['--signal=TERM', '--full', id]).catch(() => undefined);
        await ask('scancel', ['--state=PENDING', id]).catch(() => undefined);
      }
      const states = await tasksOf(id);
      for (const task of [...left]) {
        const state = states.get(task);
        if (state === 'RUNNING' || state === 'COMPLETING') start(task);
        // A task that SLURM no longer knows has ended some time ago.
        if (state !== undefined && !ended.has(state)) continue;
        start(task);
        left.delete(task);
        onEnd(jobs[task], state === undefined || state === 'COMPLETED' ? undefined : `ended as ${state}`);
      }
      if (left.size > 0)
        await wait(1000 * (this.options.pollSeconds ?? 5), undefined, { signal: cancelled ? undefined : signal }).catch(
          () => undefined,
        );
    }
  }
}

async function ask(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { code, stderr, message } = error as Error & { code?: unknown; stderr?: string };
    if (code === 'ENOENT')
      throw new LauncherError('slurm', `${program} is not installed here; run this where jobs are submitted`, {
        cause: error,
      });
    throw new LauncherError('slurm', `${program} failed: ${(stderr ?? '').trim() || message}`, { cause: error });
  }
}

function submit({ script, arguments: all }: Submission): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('sbatch', [...all], (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.trim().split(';')[0]);
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const why = missing
        ? 'sbatch is not installed here; run this where jobs are submitted'
        : `sbatch refused: ${stderr.trim() || error.message}`;
      reject(new LauncherError('slurm', why, { cause: error }));
    });
    // A program that is not there closes the pipe; the error above says so.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(script);
  });
}

/** How often the cluster may fail to answer in a row before the ablation gives up waiting. */
const patience = 30;

/** The state of each task of an array. */
async function tasksOf(id: string): Promise<Map<number, string>> {
  for (let failures = 1; ; failures++) {
    try {
      return parseTasks(
        await ask('squeue', ['--noheader', '--array', '--states=all', `--jobs=${id}`, '--format=%i %T']),
      );
    } catch (error) {
      // What ended long ago is "Invalid job id"; then accounting knows, or nobody.
      if (/invalid job id/i.test((error as Error).message)) {
        const accounted = await ask('sacct', [
          '--noheader',
          '--parsable2',
          '--allocations',
          `--jobs=${id}`,
          '--format=JobID,State',
        ]).catch(() => '');
        return parseTasks(accounted.replaceAll('|', ' '));
      }
      if (failures >= patience) throw error;
      await wait(2000);
    }
  }
}

/** Lines of `12_3 RUNNING`; `CANCELLED by 0` is cancelled. */
export function parseTasks(text: string): Map<number, string> {
  const tasks = new Map<number, string>();
  for (const line of text.split('\n')) {
    const match = /^\d+_(\d+)\s+([A-Z_]+)/.exec(line.trim());
    if (match !== null) tasks.set(Number(match[1]), match[2]);
  }
  return tasks;
}
