import { hasLabels, type Labels } from '../grid/expand-grid.js';
import type { JobResult } from '../jobs/job-directory.js';
import { holmCorrection } from '../statistics/holm-correction.js';
import { meanAndError, type MeanAndError } from '../statistics/mean-and-error.js';
import { pairedDifference, type PairedDifference } from '../statistics/paired-difference.js';

/** Of one finished run: its metrics, and of each evaluation one number per item where the items have one. */
export interface FinishedRun extends Pick<JobResult, 'labels' | 'metrics'> {
  /** By metric: the values whose mean it is, in the order of the data. */
  readonly items?: Readonly<Record<string, readonly number[]>>;
}

export interface ComparedMetric extends MeanAndError {
  /** From the baseline; absent for the baseline itself, and where no repeat is shared. */
  readonly difference?: PairedDifference & {
    /** `p`, corrected for all comparisons of this metric in the table (Holm). */
    readonly correctedP: number;
  };
}

export interface ResultsRow {
  /** Without the axis of repeats. */
  readonly labels: Labels;
  readonly isBaseline: boolean;
  readonly metrics: Readonly<Record<string, ComparedMetric>>;
}

export interface ResultsTable {
  readonly metrics: readonly string[];
  readonly rows: readonly ResultsRow[];
}

function withoutAxis(labels: Labels, axis: string): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== axis));
}

/** A label is the same one as a number and as text, as in `hasLabels`. */
function groupKey(labels: Labels, repeats: string): string {
  return JSON.stringify(Object.entries(withoutAxis(labels, repeats)).map(([name, label]) => [name, String(label)]));
}

/** Differences of two groups of runs, [repeat][item], over the repeats that both have. */
function differencesOf(
  group: readonly FinishedRun[],
  baseline: readonly FinishedRun[],
  metric: string,
  repeats: string,
): number[][] {
  return group.flatMap((run) => {
    const other = baseline.find(({ labels }) => String(labels[repeats]) === String(run.labels[repeats]));
    if (other === undefined) return [];
    const [own, others] = [run, other].map(({ items }) => items?.[metric]);
    if (own !== undefined && others !== undefined && own.length === others.length) {
      return [own.map((value, index) => value - others[index])];
    }
    const [value, otherValue] = [run, other].map(({ metrics }) => metrics[metric]);
    return value === undefined || otherValue === undefined ? [] : [[value - otherValue]];
  });
}

/**
 * Means over repeats, and differences from the baseline with the same labels on all axes that it does not name.
 *
 * @param repeats the axis of repeats, e.g. `seed`
 */
export function resultsTable(
  runs: readonly FinishedRun[],
  { metrics, repeats, baseline }: { metrics: readonly string[]; repeats: string; baseline?: Labels | undefined },
): ResultsTable {
  const groups = new Map<string, FinishedRun[]>();
  for (const run of runs) {
    const key = groupKey(run.labels, repeats);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const rows = [...groups.values()].map((group) => {
    const labels = withoutAxis(group[0].labels, repeats);
    const isBaseline = baseline !== undefined && hasLabels(labels, baseline);
    const other =
      baseline === undefined || isBaseline ? undefined : groups.get(groupKey({ ...labels, ...baseline }, repeats));
    const compared = metrics.flatMap((metric) => {
      const values = group.flatMap((run) => (run.metrics[metric] === undefined ? [] : [run.metrics[metric]]));
      if (values.length === 0) return [];
      const differences = other === undefined ? [] : differencesOf(group, other, metric, repeats);
      const difference = differences.length === 0 ? undefined : pairedDifference(differences);
      return [[metric, { ...meanAndError(values), difference }] as const];
    });
    return { labels, isBaseline, metrics: Object.fromEntries(compared) };
  });
  const corrected = new Map(
    metrics.map((metric) => {
      const tests = rows.flatMap((row) => row.metrics[metric]?.difference ?? []);
      const values = holmCorrection(tests.map(({ p }) => p));
      return [metric, new Map(tests.map((test, index) => [test, values[index]]))];
    }),
  );
  return {
    metrics,
    rows: rows.map((row) => ({
      ...row,
      metrics: Object.fromEntries(
        Object.entries(row.metrics).map(([metric, { difference, ...value }]) => [
          metric,
          difference === undefined
            ? value
            : { ...value, difference: { ...difference, correctedP: corrected.get(metric)?.get(difference) as number } },
        ]),
      ),
    })),
  };
}
