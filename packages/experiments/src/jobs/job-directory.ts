import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError, parseWith } from '@profit-sft/core';
import { makeDirectory, writeFileAtomically } from '@profit-sft/durable-files';
import { readJson } from '@profit-sft/trainer';
import { isFileName } from '../grid/file-name.js';
import { canonicalJson, type RunSpecification } from '../grid/run-specification.js';
import { failureSchema, resultSchema, specificationSchema } from './job-schemas.js';

/** Names in the directory of one run of an ablation. */
export const jobFiles = {
  specification: 'specification.json',
  /** The run's configuration, complete, with absolute paths. */
  run: 'run.json',
  /** The trainer's directory. */
  training: 'training',
  /** A file for each evaluation, with its items. */
  evaluations: 'evaluations',
  /** The last file written: where it is, the run is finished. */
  result: 'result.json',
  /** Why the last attempt ended. */
  failure: 'failure.json',
  /** What its process wrote. */
  log: 'log.txt',
  /** Lets one process at a time work in it. */
  lock: 'lock',
} as const;

/** What came of one run. */
export interface JobResult {
  readonly hash: string;
  readonly labels: RunSpecification['labels'];
  /** Of training by their own names (`evalNll`, `keptFraction`, …), and `EVALUATION.METRIC`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** What it ran on, e.g. `Node v20.20.2, linux x64, 2 cores`. */
  readonly environment: string;
  /** The commands that repeat it. */
  readonly commands: readonly string[];
}

export interface JobFailure {
  readonly message: string;
  /** ISO 8601. */
  readonly time: string;
}

export type JobOutcome =
  | { readonly state: 'finished'; readonly result: JobResult }
  | { readonly state: 'failed'; readonly failure: JobFailure }
  | { readonly state: 'open' };

export function jobDirectory(root: string, hash: string): string {
  return join(root, 'runs', hash);
}

/**
 * Makes the run's directory, or finds it there.
 * @throws OutputError where it holds another specification; nothing is overwritten
 */
export function prepareJob(root: string, specification: RunSpecification): string {
  const directory = jobDirectory(root, specification.hash);
  const path = join(directory, jobFiles.specification);
  const found = readJson(path);
  if (found === undefined) {
    makeDirectory(directory);
    writeFileAtomically(path, `${JSON.stringify(specification, undefined, 2)}\n`);
    return directory;
  }
  const there = parseWith(specificationSchema, found, path) as unknown as RunSpecification;
  // Not part of what a run is: labels, the order of keys, where the checkout is, training data of what is only evaluated.
  const identity = ({ labels: _labels, file: _file, folder: _folder, ...rest }: RunSpecification): string =>
    canonicalJson({
      ...rest,
      run: rest.trains ? rest.run : { ...rest.run, data: undefined },
      waitsFor: rest.waitsFor?.map(({ reference: { of: _of, ...reference }, ...own }) => ({ ...own, reference })),
    });
  if (identity(there) !== identity(specification)) {
    throw new OutputError(path, 'is the specification of another run; choose another directory with --out');
  }
  if (there.file !== specification.file || there.folder !== specification.folder) {
    // The checkout has moved, and a run that goes on has to find its files.
    writeFileAtomically(path, `${JSON.stringify(specification, undefined, 2)}\n`);
  }
  return directory;
}

export function readSpecification(directory: string): RunSpecification {
  const path = join(directory, jobFiles.specification);
  const specification = readJson(path);
  if (specification === undefined)
    throw new OutputError(directory, `has no ${jobFiles.specification}: it is no run of an ablation`);
  return parseSpecification(specification, path);
}

/** @throws InvalidConfigError for what is no specification, OutputError for an evaluation whose name leads elsewhere */
export function parseSpecification(value: unknown, path: string): RunSpecification {
  const parsed = parseWith(specificationSchema, value, path) as unknown as RunSpecification;
  const unsafe = Object.keys(parsed.evaluations).find((name) => !isFileName(name));
  if (unsafe !== undefined)
    throw new OutputError(path, `has the evaluation ${JSON.stringify(unsafe)}, which cannot name a file`);
  return parsed;
}

/** @throws OutputError for a result of another specification, InvalidConfigError for a file that is no result */
export function readOutcome(root: string, hash: string): JobOutcome {
  const directory = jobDirectory(root, hash);
  const path = join(directory, jobFiles.result);
  const found = readJson(path);
  if (found !== undefined) return { state: 'finished', result: parseResult(found, path, hash) };
  const failurePath = join(directory, jobFiles.failure);
  const failure = readJson(failurePath);
  if (failure === undefined) return { state: 'open' };
  return { state: 'failed', failure: parseFailure(failure, failurePath) };
}

/** @throws OutputError for the result of another run than `hash`, InvalidConfigError for what is no result */
export function parseResult(value: unknown, path: string, hash: string): JobResult {
  const result = parseWith(resultSchema, value, path) as JobResult;
  if (result.hash !== hash) {
    throw new OutputError(path, `is the result of the run ${result.hash}, not of ${hash}; nothing was changed`);
  }
  return result;
}

/** @throws InvalidConfigError for what is no record of a failure */
export function parseFailure(value: unknown, path: string): JobFailure {
  return parseWith(failureSchema, value, path) as JobFailure;
}

export function writeResult(directory: string, result: JobResult): void {
  writeFileAtomically(join(directory, jobFiles.result), `${JSON.stringify(result, undefined, 2)}\n`);
  rmSync(join(directory, jobFiles.failure), { force: true });
}

export function writeFailure(directory: string, message: string): void {
  const failure: JobFailure = { message, time: new Date().toISOString() };
  writeFileAtomically(join(directory, jobFiles.failure), `${JSON.stringify(failure, undefined, 2)}\n`);
}

export function clearFailure(directory: string): void {
  rmSync(join(directory, jobFiles.failure), { force: true });
}
