import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { allocatorEnvironment } from '@profit-sft/engine';
import { bundledEngine } from './bundled-engine.js';
import { randomBatch } from './random-model.js';
import { measuredShapes } from './shapes.js';
import type { TrainingJob, TrainingSummary } from './training-job.js';

/** A process that has built a model and run one step, and waits. */
export interface TrainingProcess {
  /** Runs one step; its seconds. */
  step(): Promise<number>;
  end(): Promise<TrainingSummary>;
}

/**
 * Starts a command that takes a job's file. It prints `ready` after a first step, then a line for each line it is given: the seconds
 * of one more step; and a {@link TrainingSummary} once its input ends.
 */
async function start(
  command: string,
  args: readonly string[],
  job: TrainingJob,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TrainingProcess> {
  const { config, rows, columns } = measuredShapes[job.shape];
  const { tokens, scored } = randomBatch(config, rows, columns, job.response);
  const folder = await mkdtemp(join(tmpdir(), 'profit-bench-'));
  const file = join(folder, 'job.json');
  const document = { ...job, config: config.raw, rows, columns, threads: availableParallelism() };
  await writeFile(file, JSON.stringify({ ...document, tokens: [...tokens], source: [...scored.source] }));
  const child = spawn(command, [...args, file], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => (complaint = `${complaint}${text}`.slice(-2000)));
  // A child that has died is noticed by its missing line.
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error(`${command} ${args.at(-1)} ended early: ${complaint}`);
    return value;
  };
  const ready = await nextLine().finally(() => rm(folder, { recursive: true }));
  if (ready !== 'ready') throw new Error(`${command} ${args.at(-1)} said "${ready}" in place of "ready"`);
  return {
    async step() {
      child.stdin.write('step\n');
      return Number(await nextLine());
    },
    async end() {
      child.stdin.end();
      return JSON.parse(await nextLine()) as TrainingSummary;
    },
  };
}

export async function startEngine(job: TrainingJob): Promise<TrainingProcess> {
  // As the backend starts the process of a model.
  return start(process.execPath, [await bundledEngine()], job, allocatorEnvironment());
}

const python = process.env.PROFIT_PYTHON ?? 'python3';

export function startPyTorch(job: TrainingJob): Promise<TrainingProcess> {
  return start(python, [fileURLToPath(new URL('./pytorch_training_step.py', import.meta.url))], job);
}

/** Why PyTorch cannot run here; undefined where it can. */
export async function pyTorchMissing(): Promise<string | undefined> {
  try {
    await promisify(execFile)(python, ['-c', 'import torch, transformers']);
    return undefined;
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? '').trim() || String(error);
    const install = 'pip install -r tools/bench/requirements.txt, and name that Python in PROFIT_PYTHON';
    return `${python} has no torch and transformers (${lines.split('\n').at(-1)}): ${install}`;
  }
}
