import { setTimeout as wait } from 'node:timers/promises';
import { jobFiles } from '../jobs/job-directory.js';
import type { Job, LaunchContext, Launcher } from '@profit-sft/core';
import { LauncherError } from './launcher-error.js';
import { sendRequest, type Reply } from './send-request.js';
import { shellQuoted } from './shell-quoted.js';

export interface RayOptions {
  /** The head node's dashboard, e.g. `http://127.0.0.1:8265`. */
  readonly address: string;
  /** Jobs at the same time: each has a supervisor of its own on the cluster. */
  readonly concurrency: number;
  /** Of the cluster's resources, for each run. */
  readonly cpus?: number;
  readonly gpus?: number;
  readonly pollSeconds?: number;
}

/** Status of a job by Ray's Jobs API. */
type JobStatus = 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';

const requestMilliseconds = 30_000;
/** How often in a row the cluster may fail to answer about a job that it has taken. */
const patience = 30;

/**
 * A Ray cluster whose nodes see the ablation's directory, by its Jobs REST API
 * (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html).
 */
export class RayLauncher implements Launcher {
  readonly name = 'ray';

  constructor(private readonly options: RayOptions) {}

  /** The body of the request that submits a run. */
  private request(job: Job, command: readonly string[]): Record<string, unknown> {
    const { cpus, gpus } = this.options;
    const line = [...command, job.directory].map(shellQuoted).join(' ');
    return {
      entrypoint: `${line} >> ${shellQuoted(`${job.directory}/${jobFiles.log}`)} 2>&1`,
      metadata: { ablation_run: job.hash, title: job.title },
      ...(cpus === undefined ? {} : { entrypoint_num_cpus: cpus }),
      ...(gpus === undefined ? {} : { entrypoint_num_gpus: gpus }),
    };
  }

  plan(jobs: readonly Job[], command: readonly string[]): string[] {
    return jobs.map((job) => {
      const body = shellQuoted(JSON.stringify(this.request(job, command)));
      return `curl -X POST ${shellQuoted(this.url('/api/jobs/'))} -H 'Content-Type: application/json' -d ${body}`;
    });
  }

  async launch(jobs: readonly Job[], context: LaunchContext): Promise<void> {
    const waiting = [...jobs];
    const work = async (): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined && !context.signal.aborted; job = waiting.shift()) {
        await this.run(job, context);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.concurrency, jobs.length) }, work));
  }

  private async run(job: Job, { command, signal, onStart, onEnd }: LaunchContext): Promise<void> {
    const { submission_id: id } = (await this.ask('POST', '/api/jobs/', this.request(job, command))) as {
      submission_id: string;
    };
    onStart(job);
    let stopped = false;
    let failures = 0;
    for (;;) {
      if (signal.aborted && !stopped) {
        stopped = true;
        await this.ask('POST', `/api/jobs/${id}/stop`).catch(() => undefined);
      }
      try {
        const { status, message } = (await this.ask('GET', `/api/jobs/${id}`)) as {
          status: JobStatus;
          message?: string;
        };
        failures = 0;
        if (status === 'SUCCEEDED') return onEnd(job);
        if (status === 'FAILED' || status === 'STOPPED')
          return onEnd(job, `ended as ${status}: ${(message ?? '').trim().split('\n')[0]}`);
      } catch (error) {
        failures += 1;
        if (failures >= patience) throw error;
      }
      await wait(1000 * (this.options.pollSeconds ?? 2), undefined, { signal: stopped ? undefined : signal }).catch(
        () => undefined,
      );
    }
  }

  private url(path: string): string {
    return `${this.options.address.replace(/\/+$/, '')}${path}`;
  }

  private async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const url = this.url(path);
    let reply: Reply;
    try {
      reply = await sendRequest(method, url, body, requestMilliseconds);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new LauncherError(
        'ray',
        `${url} does not answer (${code ?? message}); is the head node's dashboard there?`,
        { cause: error },
      );
    }
    const { status, text } = reply;
    if (status < 200 || status >= 300) {
      throw new LauncherError('ray', `${method} ${url}: ${status} ${text.trim().slice(0, 300)}`);
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new LauncherError('ray', `${url} does not answer as Ray's Jobs API does: ${text.slice(0, 100)}`, {
        cause: error,
      });
    }
  }
}
