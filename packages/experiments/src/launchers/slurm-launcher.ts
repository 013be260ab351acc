import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jobFiles } from '../jobs/job-directory.js';
import type { Job, LaunchContext, Launcher } from '@profit-sft/core';
import { allEnded } from './all-ended.js';
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
  /** Seconds without an answer about tasks that the cluster has taken, after which the ablation gives up. */
  readonly patienceSeconds?: number;
}

const run = promisify(execFile);

/** How long an interrupted run may take to end by itself, e.g. to write its checkpoint. */
const graceMilliseconds = 120_000;

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
  readonly jobs: readonly Job[];
}

/** What SLURM says of one task. */
interface Task {
  /** E.g. `RUNNING` (squeue's manual, JOB STATE CODES). */
  readonly state: string;
  /** Why it ended, e.g. `exit code 3, NonZeroExitCode`; empty where there is nothing to say. */
  readonly why: string;
}

/** The ablation's tasks have a name of their own, so that those which a killed process left can be found. */
function jobName(job: Job): string {
  const root = dirname(dirname(job.directory));
  return `profit-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/**
 * A SLURM cluster whose nodes see the ablation's directory: one array of tasks, `sbatch --array`. Tasks are followed by `squeue`, and by `sacct`
 * where there is accounting.
 *
 * When the ablation is interrupted, waiting tasks are cancelled and running ones get SIGTERM, on which they write a checkpoint; what has not ended
 * after two minutes is cancelled.
 */
export class SlurmLauncher implements Launcher {
  readonly name = 'slurm';

  constructor(private readonly options: SlurmOptions = {}) {}

  private submissions(jobs: readonly Job[], command: readonly string[]): Submission[] {
    const { concurrency, options = [], setup = [] } = this.options;
    return Array.from({ length: Math.ceil(jobs.length / largestArray) }, (_, part) => {
      const own = jobs.slice(part * largestArray, (part + 1) * largestArray);
      const script = [
        '#!/bin/bash',
        ...setup,
        'directories=(',
        ...own.map(({ directory }) => shellQuoted(directory)),
        ')',
        'directory=${directories[SLURM_ARRAY_TASK_ID]}',
        `exec ${command.map(shellQuoted).join(' ')} "$directory" >> "$directory/${jobFiles.log}" 2>&1`,
        '',
      ].join('\n');
      const limit = concurrency === undefined ? '' : `%${concurrency}`;
      const all = [
        ...['--parsable', '--no-requeue', `--job-name=${jobName(own[0])}`, '--output=/dev/null'],
        ...[`--array=0-${own.length - 1}${limit}`, ...options],
      ];
      return { script, arguments: all, jobs: own };
    });
  }

  plan(jobs: readonly Job[], command: readonly string[]): string[] {
    return this.submissions(jobs, command).map(({ script, arguments: all }) =>
      [`sbatch ${all.map(shellQuoted).join(' ')} <<'END'`, script.trimEnd(), 'END'].join('\n'),
    );
  }

  async launch(jobs: readonly Job[], context: LaunchContext): Promise<void> {
    if (jobs.length === 0) return;
    // What an ablation that was killed left waiting is sent again; what it left running holds the lock of its run.
    await ask('scancel', [
      ...['--quiet', `--name=${jobName(jobs[0])}`, `--user=${userInfo().username}`, '--state=PENDING'],
    ]);
    await allEnded(this.submissions(jobs, context.command).map((submission) => this.follow(submission, context)));
  }

  private async follow(submission: Submission, { signal, onStart, onEnd }: LaunchContext): Promise<void> {
    const { pollSeconds = 5, patienceSeconds = 120 } = this.options;
    const { jobs } = submission;
    const id = await submit(submission);
    const started = new Set<number>();
    const left = new Set(jobs.keys());
    const start = (task: number): void => {
      if (started.has(task)) return;
      started.add(task);
      onStart(jobs[task]);
    };
    let interrupted: number | undefined;
    let cancelled = false;
    let answered = performance.now();
    while (left.size > 0) {
      try {
        if (signal.aborted && interrupted === undefined) {
          await ask('scancel', ['--quiet', '--state=PENDING', id]);
          // The script's process is the run itself; its children, which it needs for the checkpoint, are not told.
          await ask('scancel', ['--quiet', '--signal=TERM', '--batch', '--state=RUNNING', id]);
          interrupted = performance.now();
        }
        if (interrupted !== undefined && !cancelled && performance.now() - interrupted > graceMilliseconds) {
          await ask('scancel', ['--quiet', id]);
          cancelled = true;
        }
        const tasks = await tasksOf(id);
        answered = performance.now();
        for (const index of [...left]) {
          const task = tasks.get(index);
          if (task?.state === 'RUNNING' || task?.state === 'COMPLETING') start(index);
          // A task that SLURM no longer knows has ended some time ago.
          if (task !== undefined && !ended.has(task.state)) continue;
          if (!signal.aborted) start(index);
          left.delete(index);
          onEnd(jobs[index], task === undefined || task.state === 'COMPLETED' ? undefined : shownEnding(task));
        }
      } catch (error) {
        if (performance.now() - answered < 1000 * patienceSeconds) {
          await wait(1000 * pollSeconds);
          continue;
        }
        throw new LauncherError(
          'slurm',
          `no answer for ${patienceSeconds} s (${(error as Error).message}). Tasks of job ${id} may still run; when the cluster answers, ` +
            'start the ablation again: it goes on with what they leave',
          { cause: error },
        );
      }
      if (left.size > 0) {
        await wait(1000 * pollSeconds, undefined, { signal: signal.aborted ? undefined : signal }).catch(
          () => undefined,
        );
      }
    }
  }
}

function shownEnding({ state, why }: Task): string {
  return `ended as ${state}${why === '' ? '' : ` (${why})`}`;
}

const remedy = "'sinfo' shows whether the cluster answers; SLURM_CONF says which one is asked";

async function ask(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { code, stderr, message } = error as Error & { code?: unknown; stderr?: string };
    if (code === 'ENOENT')
      throw new LauncherError('slurm', `${program} is not installed here; run this where jobs are submitted`, {
        cause: error,
      });
    throw new LauncherError('slurm', `${program} failed: ${(stderr ?? '').trim() || message}. ${remedy}`, {
      cause: error,
    });
  }
}

function submit({ script, arguments: all }: Submission): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('sbatch', [...all], (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.trim().split(';')[0]);
      reject(
        new LauncherError('slurm', `sbatch refused: ${stderr.trim() || error.message}. ${remedy}`, { cause: error }),
      );
    });
    // A program that is not there closes the pipe; the error above says so.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(script);
  });
}

/** Each task of an array. */
async function tasksOf(id: string): Promise<Map<number, Task>> {
  const columns = 'JobArrayID:40,State:20,exit_code:12,Reason:200';
  try {
    return parseTasks(
      await ask('squeue', ['--noheader', '--array', '--states=all', `--jobs=${id}`, `--Format=${columns}`]),
    );
  } catch (error) {
    // What ended long ago is "Invalid job id"; then accounting knows, or nobody.
    if (!/invalid job id/i.test((error as Error).message)) throw error;
    const accounted = await ask('sacct', [
      ...['--noheader', '--parsable2', '--allocations', `--jobs=${id}`, '--format=JobID,State,ExitCode,Reason'],
    ]).catch(() => '');
    return parseTasks(accounted.replaceAll(/\|CANCELLED by \d+\|/g, '|CANCELLED|').replaceAll('|', ' '));
  }
}

/** `squeue` writes the status as `wait` returns it, `sacct` as CODE:SIGNAL. */
function exitText(status: string): string {
  const match = /^(\d+):(\d+)$/.exec(status);
  const raw = Number(status);
  const [code, signal] = match === null ? [raw >> 8, raw & 127] : [Number(match[1]), Number(match[2])];
  if (signal > 0) return `signal ${signal}`;
  return code > 0 ? `exit code ${code}` : '';
}

/** Lines of task, state, status and reason, e.g. `12_3 FAILED 768 NonZeroExitCode`. */
export function parseTasks(text: string): Map<number, Task> {
  const tasks = new Map<number, Task>();
  for (const line of text.split('\n')) {
    const match = /^\d+_(\d+)\s+([A-Z_]+)\s+([\d:]+)(.*)$/.exec(line.trim());
    if (match === null) continue;
    const [, index, state, status, reason] = match;
    const why = [exitText(status), reason.trim() === 'None' ? '' : reason.trim()].filter((part) => part !== '');
    tasks.set(Number(index), { state, why: why.join(', ') });
  }
  return tasks;
}
