import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { jobFiles } from '../jobs/job-directory.js';
import type { Job, LaunchContext, Launcher } from '@profit-sft/core';
import { shellQuoted } from './shell-quoted.js';

export interface LocalOptions {
  /** Runs at the same time. */
  readonly concurrency: number;
  /** GPUs, by number: each run sees one of them, `CUDA_VISIBLE_DEVICES`. */
  readonly gpus?: readonly number[];
  /** Processor cores for each run, of which its thread pools take as many; needs Linux' `taskset`. */
  readonly cores?: number;
}

/** Child processes of this one. */
export class LocalLauncher implements Launcher {
  readonly name = 'local';

  constructor(private readonly options: LocalOptions) {}

  private argumentsOf(job: Job, command: readonly string[], slot: number): string[] {
    const { cores } = this.options;
    const pinned = cores === undefined ? [] : ['taskset', '-c', `${slot * cores}-${(slot + 1) * cores - 1}`];
    return [...pinned, ...command, job.directory];
  }

  private environment(slot: number): Record<string, string> {
    const { gpus } = this.options;
    return gpus === undefined || gpus.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: String(gpus[slot % gpus.length]) };
  }

  plan(jobs: readonly Job[], command: readonly string[]): string[] {
    return jobs.map((job, index) => {
      const slot = index % this.options.concurrency;
      const variables = Object.entries(this.environment(slot)).map(([name, value]) => `${name}=${value}`);
      return [...variables, ...this.argumentsOf(job, command, slot).map(shellQuoted)].join(' ');
    });
  }

  async launch(jobs: readonly Job[], context: LaunchContext): Promise<void> {
    const waiting = [...jobs];
    const work = async (slot: number): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined && !context.signal.aborted; job = waiting.shift()) {
        context.onStart(job);
        context.onEnd(job, await this.run(job, context, slot));
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.concurrency, jobs.length) }, (_, slot) => work(slot)));
  }

  private run(job: Job, { command, signal }: LaunchContext, slot: number): Promise<string | undefined> {
    const [program, ...rest] = this.argumentsOf(job, command, slot);
    const log = openSync(join(job.directory, jobFiles.log), 'a');
    return new Promise((resolve) => {
      const child = spawn(program, rest, {
        stdio: ['ignore', log, log],
        env: { ...process.env, ...this.environment(slot) },
        // Ctrl-C goes to the group of the terminal; the run is told once, below.
        detached: true,
      });
      closeSync(log);
      const stop = (): void => void child.kill('SIGTERM');
      signal.addEventListener('abort', stop);
      child.once('error', (error) => resolve(`${program} cannot be started: ${error.message}`));
      child.once('exit', (code, killedBy) => {
        signal.removeEventListener('abort', stop);
        resolve(killedBy === null ? (code === 0 ? undefined : `ended with code ${code}`) : `was killed by ${killedBy}`);
      });
    });
  }
}
