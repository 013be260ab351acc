import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError, parseWith, schema, type EvaluationResult } from '@profit-sft/core';
import { mayBeHeld } from '@profit-sft/durable-files';
import { runFiles } from '@profit-sft/trainer';
import type { Labels } from '../grid/expand-grid.js';
import { title, type RunSpecification } from '../grid/run-specification.js';
import {
  jobDirectory,
  jobFiles,
  parseFailure,
  parseResult,
  parseSpecification,
  type JobFailure,
  type JobResult,
} from '../jobs/job-directory.js';
import { finishedRun, parseEvaluation, tableMetrics } from '../results/finished-run.js';
import { resultsTable, type ResultsTable } from '../results/results-table.js';
import { readAblationRecord, type AblationRecord } from './ablation-record.js';
import type { CachedFiles, EventLog } from './cached-files.js';

/** One run of an ablation as its directory has it. */
export interface AblationRun extends EventLog {
  readonly hash: string;
  readonly labels: Labels;
  /** Absent where the directory of the run is not there yet. */
  readonly specification?: RunSpecification;
  /** Its configuration, complete; absent before it was started. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly result?: JobResult;
  readonly failure?: JobFailure;
  /** Whether a process works in it. */
  readonly isHeld: boolean;
  /** Titles of the runs whose results it waits for. */
  readonly waitsFor: readonly string[];
  readonly evaluations: Readonly<Record<string, EvaluationResult>>;
}

export interface AblationDirectory {
  readonly record: AblationRecord | undefined;
  readonly runs: readonly AblationRun[];
}

const configurationSchema = schema.record(schema.anything());

/** Whether a directory is that of an ablation. */
export function isAblation(root: string): boolean {
  return existsSync(join(root, 'runs'));
}

function readRun(root: string, hash: string, labels: Labels | undefined, files: CachedFiles): AblationRun {
  const directory = jobDirectory(root, hash);
  const json = <Content>(name: string, parse: (value: unknown, path: string) => Content): Content | undefined => {
    const path = join(directory, name);
    const found = files.json(path);
    return found === undefined ? undefined : parse(found, path);
  };
  const specification = json(jobFiles.specification, parseSpecification);
  const result = json(jobFiles.result, (value, path) => parseResult(value, path, hash));
  const failure = json(jobFiles.failure, parseFailure);
  const configuration = json(jobFiles.run, (value, path) => parseWith(configurationSchema, value, path));
  const evaluations = Object.keys(specification?.evaluations ?? {}).flatMap((name) => {
    const evaluation = json(join(jobFiles.evaluations, `${name}.json`), parseEvaluation);
    return evaluation === undefined ? [] : [[name, evaluation] as const];
  });
  return {
    hash,
    labels: labels ?? specification?.labels ?? { run: hash },
    ...(specification === undefined ? {} : { specification }),
    ...(configuration === undefined ? {} : { configuration }),
    ...(result === undefined ? {} : { result }),
    ...(failure === undefined ? {} : { failure }),
    isHeld: result === undefined && mayBeHeld(join(directory, jobFiles.lock)),
    waitsFor: [],
    evaluations: Object.fromEntries(evaluations),
    ...files.events(join(directory, jobFiles.training, runFiles.events)),
  };
}

/**
 * What an ablation's directory holds, finished or not. Changes nothing.
 *
 * @throws OutputError where there is no run, InvalidConfigError naming a file that holds something else than it should
 */
export function readAblation(root: string, files: CachedFiles): AblationDirectory {
  const record = readAblationRecord(root);
  let there: string[];
  try {
    there = readdirSync(join(root, 'runs')).sort();
  } catch (error) {
    throw new OutputError(root, `has no folder runs: it is no ablation's (${(error as Error).message})`, {
      cause: error,
    });
  }
  const planned = record?.runs ?? there.map((hash) => ({ hash, labels: undefined }));
  // Another grid may have been run in the same directory before: what is not in the record is not of this ablation.
  const runs = planned.map(({ hash, labels }) => readRun(root, hash, labels, files));
  if (runs.length === 0) throw new OutputError(root, 'has no runs yet');
  const titles = new Map(runs.map(({ hash, labels }) => [hash, title(labels)]));
  const finished = new Set(runs.flatMap(({ hash, result }) => (result === undefined ? [] : [hash])));
  return {
    record,
    runs: runs.map((run) => ({
      ...run,
      waitsFor: (run.specification?.waitsFor ?? [])
        .filter(({ hash }) => !finished.has(hash))
        .map(({ hash }) => titles.get(hash) ?? hash),
    })),
  };
}

/** The table of what is finished, as `profit ablate` makes it. */
export function ablationTable(root: string, { record, runs }: AblationDirectory, files: CachedFiles): ResultsTable {
  const finished = runs.flatMap(({ hash, labels, specification, result }) => {
    if (specification === undefined || result === undefined) return [];
    const read = (file: string): EvaluationResult | undefined => {
      const found = files.json(file);
      return found === undefined ? undefined : parseEvaluation(found, file);
    };
    return [finishedRun(jobDirectory(root, hash), { ...specification, labels }, result, read)];
  });
  const evaluations = [...new Set(runs.flatMap(({ specification }) => Object.keys(specification?.evaluations ?? {})))];
  return resultsTable(finished, {
    metrics: tableMetrics(record?.metrics ?? [], evaluations, finished),
    repeats: record?.repeats ?? 'seed',
    baseline: record?.baseline,
  });
}
