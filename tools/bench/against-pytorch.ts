import { freemem } from 'node:os';
import { parameterCount } from '@profit-sft/models';
import { median } from './median.js';
import { measuredShapes } from './shapes.js';
import type { TrainingJob, TrainingSummary } from './training-job.js';
import { startEngine, startPyTorch, type TrainingProcess } from './training-process.js';

export interface Side extends TrainingSummary {
  /** Median of a step. */
  readonly seconds: number;
  /** Peak less what was resident once everything was imported: the libraries' own size differs by how they were built. */
  readonly peakOfTraining: number;
}

export interface Comparison {
  readonly engine: Side;
  readonly pytorch: Side;
  /** PyTorch's time over the engine's, of each pair of neighbouring steps. */
  readonly speedUps: readonly number[];
}

/** What a process trains in, for each byte of weights, gradients and moments: seen at most in these shapes, and some more. */
const memoryShare = 1.5;

/**
 * The same training steps in this engine and in PyTorch, in processes of their own whose steps take turns, so that what else runs on
 * the machine slows both. Where memory does not hold both models, each runs its steps by itself, one behind the other.
 */
export async function againstPyTorch(job: TrainingJob, pairs: number): Promise<Comparison> {
  const both = 2 * memoryShare * 16 * parameterCount(measuredShapes[job.shape].config);
  const [engine, pytorch] = both < freemem() ? await inTurns(job, pairs) : await oneBehindTheOther(job, pairs);
  return {
    engine: side(engine),
    pytorch: side(pytorch),
    speedUps: engine.seconds.map((seconds, pair) => pytorch.seconds[pair] / seconds),
  };
}

interface Run {
  readonly seconds: number[];
  readonly summary: TrainingSummary;
}

async function inTurns(job: TrainingJob, pairs: number): Promise<[Run, Run]> {
  const processes = [await startEngine(job), await startPyTorch(job)];
  const seconds: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    for (const [index, own] of processes.entries()) seconds[index].push(await own.step());
  }
  const [engine, pytorch] = [await processes[0].end(), await processes[1].end()];
  return [
    { seconds: seconds[0], summary: engine },
    { seconds: seconds[1], summary: pytorch },
  ];
}

async function oneBehindTheOther(job: TrainingJob, pairs: number): Promise<[Run, Run]> {
  const alone = async (process: TrainingProcess): Promise<Run> => {
    const seconds: number[] = [];
    while (seconds.length < pairs) seconds.push(await process.step());
    return { seconds, summary: await process.end() };
  };
  return [await alone(await startEngine(job)), await alone(await startPyTorch(job))];
}

function side({ seconds, summary }: Run): Side {
  return { ...summary, seconds: median(seconds), peakOfTraining: summary.peak - summary.imported };
}
