import { isDeepStrictEqual } from 'node:util';
import { type EvaluationResult, type Evaluator, type Row } from '@profit-sft/core';
import { notPlainJson } from '../plain-json.js';
import { ConformanceError } from '../problem.js';
import { evaluationContext } from './evaluation-context.js';

export type AnyEvaluatorPlugin = ((options?: never) => Evaluator) & { readonly pluginName: string };

/** An evaluator to check: a plugin with its options, and the rows to measure on. */
export interface EvaluatorSubject {
  readonly plugin: AnyEvaluatorPlugin;
  readonly options?: unknown;
  /** Default: three prompts, one of them with two references. */
  readonly rows?: readonly Row[];
}

/** What a test expects of the result. */
export interface ExpectedEvaluation {
  /** Name of the first metric. */
  readonly headline?: string;
  /** Some of the metrics, within 1e-4. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Number of item records. */
  readonly items?: number;
}

const whereOf = ({ plugin }: EvaluatorSubject): string => `evaluator "${plugin.pluginName}"`;

export function evaluateSubject(
  { plugin, options, rows }: EvaluatorSubject,
  parts: Parameters<typeof evaluationContext>[1] = {},
): Promise<EvaluationResult> {
  const evaluator = (plugin as (options?: unknown) => Evaluator)(options);
  return evaluator.evaluate(evaluationContext(rows, parts));
}

/** Metrics are finite numbers with the headline first; items are plain JSON, one record each. */
export async function checkResult(subject: EvaluatorSubject, expected: ExpectedEvaluation = {}): Promise<void> {
  const where = whereOf(subject);
  const { metrics, items } = await evaluateSubject(subject);
  const names = Object.keys(metrics);
  if (names.length === 0) throw new ConformanceError(where, 'returns no metrics; the first one is the headline');
  for (const [name, value] of Object.entries(metrics)) {
    // JavaScript puts keys that look like indices first, whatever the order they were written in.
    if (/^\d+$/.test(name)) throw new ConformanceError(where, `metric "${name}" is a number, and would come first`);
    if (!Number.isFinite(value)) throw new ConformanceError(where, `metric "${name}" is ${value}, not a finite number`);
  }
  if (expected.headline !== undefined && names[0] !== expected.headline) {
    throw new ConformanceError(
      where,
      `expected the headline "${expected.headline}", the first metric is "${names[0]}"`,
    );
  }
  for (const [name, value] of Object.entries(expected.metrics ?? {})) {
    if (Math.abs(metrics[name] - value) <= 1e-4) continue;
    throw new ConformanceError(where, `expected the metric "${name}" to be ${value}, got ${metrics[name]}`);
  }
  if (!Array.isArray(items)) throw new ConformanceError(where, 'items is not a list');
  items.forEach((item: unknown, index) => {
    const isRecord = typeof item === 'object' && item !== null && !Array.isArray(item);
    const problem = isRecord ? notPlainJson(item) : 'it is no object';
    if (problem !== undefined)
      throw new ConformanceError(where, `item ${index} is not a record of plain JSON: ${problem}`);
  });
  const count = expected.items ?? metrics.items;
  if (count !== undefined && items.length !== count) {
    throw new ConformanceError(where, `returns ${items.length} item records, expected ${count}, one per item`);
  }
}

/** Equal seeds give equal results, whether somebody watches or not. */
export async function checkRepeatableEvaluation(subject: EvaluatorSubject): Promise<void> {
  const first = await evaluateSubject(subject, { seed: 5 });
  const second = await evaluateSubject(subject, { seed: 5, onProgress: () => undefined });
  if (isDeepStrictEqual(first, second)) return;
  throw new ConformanceError(
    whereOf(subject),
    'gives another result for the same seed; draw from createRandom(seed, …) only',
  );
}

/** Progress never goes back, has one total, and ends at it. */
export async function checkProgress(subject: EvaluatorSubject): Promise<void> {
  const where = whereOf(subject);
  const reports: (readonly [done: number, total: number])[] = [];
  await evaluateSubject(subject, { onProgress: (done, total) => reports.push([done, total]) });
  reports.forEach(([done, total], index) => {
    const [before, totalBefore] = reports[index - 1] ?? [0, total];
    if (total !== totalBefore)
      throw new ConformanceError(where, `progress changes its total from ${totalBefore} to ${total}`);
    if (!(done >= before && done <= total)) {
      throw new ConformanceError(where, `progress goes from ${before} to ${done} of ${total}`);
    }
  });
  const last = reports.at(-1);
  if (last === undefined) throw new ConformanceError(where, 'reports no progress; call onProgress?.(done, total)');
  if (last[0] !== last[1]) throw new ConformanceError(where, `progress ends at ${last[0]} of ${last[1]}`);
}
