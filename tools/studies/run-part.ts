import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, platform } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { AblateResult } from '@profit-sft/cli';
import {
  finishedRun,
  jobFiles,
  readSpecification,
  type FinishedRun,
  type JobResult,
  type ResultsTable,
} from '@profit-sft/experiments';
import { readJson, runFiles, type TrainResult } from '@profit-sft/trainer';
import type { StudyPart } from './study.js';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** What came of a part. */
export interface PartResult {
  readonly part: StudyPart;
  readonly table: ResultsTable;
  readonly runs: readonly StudyRun[];
}

export interface StudyRun extends FinishedRun {
  readonly seconds: number;
  /** Absent for a model that was only evaluated. */
  readonly training: TrainResult | undefined;
}

/** Folder of an ablation's runs and results. */
function directoryOf(study: string, part: string): string {
  return join(repository, 'ablations', 'studies', `${study}-${part}`);
}

/** Runs that take turns on the cores: small models gain little from a second thread. */
function launcher(): string {
  const cores = availableParallelism();
  return JSON.stringify({ name: 'local', concurrency: cores, ...(platform() === 'linux' ? { cores: 1 } : {}) });
}

/**
 * Runs what is not finished yet of a part.
 * @throws Error when a run did not finish; what did is kept, and is not run again
 */
export async function runPart(study: string, part: StudyPart): Promise<PartResult> {
  const directory = directoryOf(study, part.name);
  const program = join(repository, 'packages', 'cli', 'bin', 'profit.js');
  const args = ['ablate', join(repository, part.config), '--out', directory, '--launcher', launcher(), '--json'];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const output = await text(child.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`${part.title}: not every run finished; see ${directory}`);
  const { table, runs } = JSON.parse(output) as AblateResult;
  // The directory may hold runs of an earlier state of the grid, too.
  return { part, table, runs: runs.map(({ hash }) => readRun(join(directory, 'runs', hash))) };
}

function readRun(directory: string): StudyRun {
  const specification = readSpecification(directory);
  const result = readJson(join(directory, jobFiles.result)) as JobResult;
  const training = join(directory, jobFiles.training, runFiles.result);
  return {
    ...finishedRun(directory, specification, result),
    seconds: result.seconds,
    training: specification.trains ? (readJson(training) as TrainResult) : undefined,
  };
}
