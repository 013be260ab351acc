import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, parseWith, type EvaluationResult } from '@profit-sft/core';
import type { RunSpecification } from '../grid/run-specification.js';
import { jobFiles, type JobResult } from '../jobs/job-directory.js';
import { evaluationSchema } from '../jobs/job-schemas.js';
import { itemValues } from './item-values.js';
import type { FinishedRun } from './results-table.js';

/** Reads a JSON file: undefined where there is none, or where it was left half written. */
export type ReadEvaluation = (file: string) => EvaluationResult | undefined;

/**
 * An evaluation that an earlier attempt finished; what it left half written is no JSON.
 * @throws InvalidConfigError for JSON that is no evaluation
 */
export function readEvaluation(file: string): EvaluationResult | undefined {
  let value: unknown;
  try {
    value = parseJson(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  return parseEvaluation(value, file);
}

/** @throws InvalidConfigError for what is no evaluation */
export function parseEvaluation(value: unknown, file: string): EvaluationResult {
  return parseWith(evaluationSchema, value, file) as unknown as EvaluationResult;
}

/** What a table is made of: a finished run's metrics, and the items of its evaluations in its directory. */
export function finishedRun(
  directory: string,
  { labels, evaluations }: Pick<RunSpecification, 'labels' | 'evaluations'>,
  { metrics }: Pick<JobResult, 'metrics'>,
  read: ReadEvaluation = readEvaluation,
): FinishedRun {
  const items: Record<string, number[]> = {};
  for (const name of Object.keys(evaluations)) {
    const evaluation = read(join(directory, jobFiles.evaluations, `${name}.json`));
    for (const [metric, value] of Object.entries(evaluation?.metrics ?? {})) {
      const values = itemValues(metric, value, evaluation?.items ?? []);
      if (values !== undefined) items[`${name}.${metric}`] = values;
    }
  }
  return { labels, metrics, items };
}

/** The columns of a table: those that are asked for, or the first metric of each evaluation, held-out NLL and kept fraction. */
export function tableMetrics(
  asked: readonly string[],
  evaluations: readonly string[],
  runs: readonly Pick<FinishedRun, 'metrics'>[],
): string[] {
  if (asked.length > 0) return [...asked];
  const names = runs.flatMap(({ metrics }) => Object.keys(metrics));
  const first = evaluations.flatMap((name) => names.find((own) => own.startsWith(`${name}.`)) ?? []);
  return [...first, 'evalNll', 'keptFraction'].filter((name) =>
    runs.some(({ metrics }) => metrics[name] !== undefined),
  );
}
