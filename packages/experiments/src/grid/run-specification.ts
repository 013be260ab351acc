import { createHash } from 'node:crypto';
import { applySetting, InvalidConfigError, type ConfigIssue } from '@profit-sft/core';
import type { AblationConfig } from './ablation-config.js';
import { expandGrid, type GridPoint, type Labels } from './expand-grid.js';
import { isResultReference, pointReferredTo, valueOf, type ResultReference } from './result-reference.js';

/** What one run does. Equal specifications have equal hashes, wherever and whenever they are made. */
export interface RunSpecification {
  /** The first 16 hexadecimal digits of SHA-256 over all that determines the result. */
  readonly hash: string;
  readonly labels: Labels;
  /** Keys of a run configuration, but for those in `waitsFor`. */
  readonly run: Readonly<Record<string, unknown>>;
  /** The file as if it held `run`: relative paths start from its folder. */
  readonly file: string;
  readonly evaluations: AblationConfig['evaluations'];
  /** Where relative data files of evaluations start from. */
  readonly folder: string;
  /** False: the model as it is, which is only evaluated. */
  readonly trains: boolean;
  /** Keys whose value is made of another run's result, with that run's hash. */
  readonly waitsFor: readonly { readonly key: string; readonly hash: string; readonly reference: ResultReference }[];
}

/** JSON with the keys of every object in order. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, own]) => own !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, own]) => `${JSON.stringify(key)}:${canonicalJson(own)}`).join(',')}}`;
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

export function title(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, label]) => `${name} ${label}`)
    .join(', ');
}

/**
 * The runs of an ablation.
 *
 * @param run keys that all runs share
 * @param places where they stand, and the folder of the ablation's own file; absolute. They are not part of the hash, so that a checkout may move
 * @throws InvalidConfigError for runs that are equal, and for results of runs that are not in the grid or that wait for each other
 */
export function specifyRuns(
  config: AblationConfig,
  run: Readonly<Record<string, unknown>>,
  { file, folder }: { readonly file: string; readonly folder: string },
  subject: string,
): RunSpecification[] {
  const points = expandGrid(config, subject);
  const issues: ConfigIssue[] = [];
  const made = new Map<GridPoint, RunSpecification>();
  const specify = (point: GridPoint, waiting: readonly GridPoint[]): RunSpecification | undefined => {
    const known = made.get(point);
    if (known !== undefined) return known;
    const own = structuredClone(run) as Record<string, unknown>;
    const waitsFor: RunSpecification['waitsFor'][number][] = [];
    for (const [key, value] of point.settings) {
      if (!isResultReference(value)) {
        applySetting(
          own,
          { path: key.split('.'), value: structuredClone(value) },
          `${subject}, ${title(point.labels)}`,
        );
        continue;
      }
      const referred = pointReferredTo(value, point, points);
      const complaint =
        referred === undefined
          ? `waits for the result of ${title(value.of)}, which is no other run of the grid`
          : waiting.includes(referred)
            ? 'waits for itself'
            : undefined;
      const other = complaint === undefined ? specify(referred as GridPoint, [...waiting, point]) : undefined;
      if (other === undefined) {
        if (complaint !== undefined) issues.push({ path: title(point.labels), message: `${key} ${complaint}` });
        return undefined;
      }
      waitsFor.push({ key, hash: other.hash, reference: value });
    }
    const { evaluations } = config;
    const determined = {
      run: own,
      evaluations,
      waitsFor: waitsFor.map(({ key, hash, reference: { result, times, plus } }) => ({
        key,
        hash,
        result,
        times,
        plus,
      })),
    };
    const specification = {
      hash: hashOf(determined),
      labels: point.labels,
      trains: true,
      run: own,
      file,
      evaluations,
      folder,
      waitsFor,
    };
    made.set(point, specification);
    return specification;
  };
  const specifications = points.flatMap((point) => specify(point, [point]) ?? []);
  const byHash = new Map<string, RunSpecification>();
  for (const specification of specifications) {
    const other = byHash.get(specification.hash);
    if (other !== undefined) {
      issues.push({ path: title(specification.labels), message: `is the same run as ${title(other.labels)}` });
    }
    byHash.set(specification.hash, specification);
  }
  if (issues.length > 0) throw new InvalidConfigError(subject, issues);
  return specifications;
}

/**
 * One evaluation of each model that the runs start from, which they share. Its training data are those of the first run, because a
 * configuration has some; they decide nothing, and are not part of the hash.
 */
export function specifyBases(runs: readonly RunSpecification[]): RunSpecification[] {
  const bases = new Map<string, RunSpecification>();
  for (const { run, file, folder, evaluations, labels } of runs) {
    const { model, backend, plugins, data } = run;
    const hash = hashOf({ base: { model, backend, plugins }, evaluations });
    if (bases.has(hash)) continue;
    const base = typeof model === 'string' && labels.model === undefined ? 'base' : `base ${String(model)}`;
    bases.set(hash, {
      hash,
      labels: { [Object.keys(labels)[0]]: base },
      trains: false,
      run: { model, backend, plugins, data },
      file,
      evaluations,
      folder,
      waitsFor: [],
    });
  }
  return [...bases.values()];
}

/** The run's configuration with the values it waited for. `metric` gives a metric of a finished run. */
export function completedRun(
  { run, waitsFor, labels }: RunSpecification,
  metric: (hash: string, name: string) => number,
): Record<string, unknown> {
  const own = structuredClone(run) as Record<string, unknown>;
  for (const { key, hash, reference } of waitsFor) {
    applySetting(
      own,
      { path: key.split('.'), value: valueOf(reference, metric(hash, reference.result)) },
      title(labels),
    );
  }
  return own;
}
