import { defineLauncher, schema } from '@profit-sft/core';
import { LocalLauncher } from './local-launcher.js';
import { RayLauncher } from './ray-launcher.js';
import { SlurmLauncher } from './slurm-launcher.js';

const { array, integer, number, object, optional, string } = schema;

export const local = defineLauncher({
  name: 'local',
  description: 'child processes on this machine',
  source: 'ours',
  options: object({
    concurrency: integer({ minimum: 1, default: 1, description: 'runs at the same time' }),
    cores: optional(integer({ minimum: 1, description: 'pin each run to so many processor cores (Linux, taskset)' })),
    gpus: optional(
      array(integer({ minimum: 0 }), {
        minimumLength: 1,
        description: 'GPUs that runs may have, one each (CUDA_VISIBLE_DEVICES)',
      }),
    ),
  }),
  create: ({ concurrency, cores, gpus }) =>
    new LocalLauncher({
      concurrency,
      ...(cores === undefined ? {} : { cores }),
      ...(gpus === undefined ? {} : { gpus }),
    }),
});

export const slurm = defineLauncher({
  name: 'slurm',
  description: 'an array of tasks on a SLURM cluster whose nodes see the ablation’s directory',
  source: 'ours, by sbatch, squeue, sacct and scancel',
  options: object({
    concurrency: optional(
      integer({ minimum: 1, description: 'tasks at the same time; default: what the cluster allows' }),
    ),
    options: array(string(), {
      default: [],
      description: 'further options of sbatch, e.g. ["--partition=gpu", "--gres=gpu:1"]',
    }),
    setup: array(string(), { default: [], description: 'shell commands before each run, e.g. ["module load nodejs"]' }),
    pollSeconds: number({
      minimum: 0,
      exclusive: true,
      default: 5,
      description: 'seconds between two questions to the cluster',
    }),
    patienceSeconds: number({
      minimum: 0,
      default: 120,
      description: 'seconds without an answer after which it gives up; runs that were started go on',
    }),
  }),
  create: ({ concurrency, ...options }) =>
    new SlurmLauncher({ ...options, ...(concurrency === undefined ? {} : { concurrency }) }),
});

export const ray = defineLauncher({
  name: 'ray',
  description: 'jobs on a Ray cluster whose nodes see the ablation’s directory',
  source: 'ours, by Ray’s Jobs REST API',
  options: object({
    address: string({ default: 'http://127.0.0.1:8265', description: 'the head node’s dashboard' }),
    concurrency: integer({
      minimum: 1,
      default: 4,
      description: 'jobs at the same time; each has a supervisor of its own',
    }),
    cpus: number({ minimum: 0, default: 1, description: 'processors of the cluster for each run' }),
    gpus: number({ minimum: 0, default: 0, description: 'GPUs of the cluster for each run' }),
    pollSeconds: number({
      minimum: 0,
      exclusive: true,
      default: 2,
      description: 'seconds between two questions about a job',
    }),
    patienceSeconds: number({
      minimum: 0,
      default: 120,
      description: 'seconds without an answer after which it gives up; runs that were started go on',
    }),
  }),
  create: (options) => new RayLauncher(options),
});

/** The launchers that the command `profit` has. */
export const launchers = [local, slurm, ray] as const;
