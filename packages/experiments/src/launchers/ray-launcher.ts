import { setTimeout as wait } from 'node:timers/promises';
import { InvalidConfigError } from '@profit-sft/core';
import { jobFiles } from '../jobs/job-directory.js';
import type { Job, LaunchContext, Launcher } from '@profit-sft/core';
import { allEnded } from './all-ended.js';
import { LauncherError } from './launcher-error.js';
import { jobStatus, submissionId } from './ray-reply.js';
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
  /** Seconds without an answer about a job that the cluster has taken, after which the ablation gives up. */
  readonly patienceSeconds?: number;
}

const requestMilliseconds = 30_000;
/** How long a run that is stopped may take to end by itself, e.g. to write its checkpoint; Ray's own default is 3 s. */
const graceSeconds = 120;

/** The head node does not know the job. */
class UnknownJobError extends LauncherError {}

/**
 * A Ray cluster whose nodes see the ablation's directory, by its Jobs REST API
 * (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html).
 */
export class RayLauncher implements Launcher {
  readonly name = 'ray';

  /** @throws InvalidConfigError for an address with a password, which plans and messages would show */
  constructor(private readonly options: RayOptions) {
    const { address } = options;
    const { username, password } = URL.canParse(address) ? new URL(address) : { username: '', password: '' };
    if (username === '' && password === '') return;
    throw new InvalidConfigError('launcher "ray"', [
      { path: 'address', message: 'may not hold a name and a password' },
    ]);
  }

  /** The body of the request that submits a run. */
  private request(job: Job, command: readonly string[]): Record<string, unknown> {
    const { cpus, gpus } = this.options;
    const line = [...command, job.directory].map(shellQuoted).join(' ');
    return {
      entrypoint: `${line} >> ${shellQuoted(`${job.directory}/${jobFiles.log}`)} 2>&1`,
      runtime_env: { env_vars: { RAY_JOB_STOP_WAIT_TIME_S: String(graceSeconds) } },
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
        try {
          await this.run(job, context);
        } catch (error) {
          waiting.length = 0;
          throw error;
        }
      }
    };
    await allEnded(Array.from({ length: Math.min(this.options.concurrency, jobs.length) }, work));
  }

  private async run(job: Job, { command, signal, onStart, onEnd }: LaunchContext): Promise<void> {
    const { pollSeconds = 2, patienceSeconds = 120 } = this.options;
    const id = submissionId(await this.ask('POST', '/api/jobs/', this.request(job, command)), this.url('/api/jobs/'));
    onStart(job);
    let stopped = false;
    let answered = performance.now();
    for (;;) {
      try {
        if (signal.aborted && !stopped) {
          await this.ask('POST', `/api/jobs/${id}/stop`);
          stopped = true;
        }
        const { status, why } = jobStatus(await this.ask('GET', `/api/jobs/${id}`), this.url(`/api/jobs/${id}`));
        answered = performance.now();
        if (status === 'SUCCEEDED') return onEnd(job);
        if (status === 'FAILED' || status === 'STOPPED') {
          return onEnd(job, `ended as ${status} (${why})`);
        }
      } catch (error) {
        if (error instanceof UnknownJobError) return onEnd(job, `was lost: ${error.message}`);
        if (performance.now() - answered >= 1000 * patienceSeconds) {
          throw new LauncherError(
            'ray',
            `no answer for ${patienceSeconds} s (${(error as Error).message}). Jobs may still run; when the cluster answers, start the ` +
              'ablation again: it goes on with what they leave',
            { cause: error },
          );
        }
      }
      await wait(1000 * pollSeconds, undefined, { signal: signal.aborted ? undefined : signal }).catch(() => undefined);
    }
  }

  private url(path: string): string {
    return `${this.options.address.replace(/\/+$/, '')}${path}`;
  }

  /** The text of the answer. */
  private async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<string> {
    const url = this.url(path);
    let reply: Reply;
    try {
      reply = await sendRequest(method, url, body, requestMilliseconds);
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      const why = code.startsWith('ERR_INVALID')
        ? `${this.options.address} is no address such as http://127.0.0.1:8265`
        : `${url} does not answer (${code || message}); 'ray start --head' says where the head node's dashboard is`;
      throw new LauncherError('ray', why, { cause: error });
    }
    const { status, text } = reply;
    if (status === 404 && method === 'GET') {
      throw new UnknownJobError(
        'ray',
        `${url}: the head node does not know the job; it was started anew, or forgot it`,
      );
    }
    if (status < 200 || status >= 300) {
      throw new LauncherError('ray', `${method} ${url}: ${status} ${text.trim().slice(0, 300)}`);
    }
    return text;
  }
}
