import {
  hasLabels,
  resultsTable,
  type ComparedMetric,
  type Labels,
  type ResultsRow,
  type ResultsTable,
} from '@profit-sft/experiments';
import type { PartResult } from './run-part.js';
import type { StudyMetric } from './study.js';

type Difference = NonNullable<ComparedMetric['difference']>;

const significance = 0.05;

/** A value as the pages show it: shares in percent, others with three decimals. */
export function shownValue(value: number, { share }: Pick<StudyMetric, 'share'>): string {
  return (share === true ? `${(100 * value).toFixed(1)} %` : value.toFixed(3)).replace('-', '−');
}

function shownChange(value: number, { share }: StudyMetric): string {
  const number = share === true ? (100 * value).toFixed(1) : value.toFixed(3);
  return `${value < 0 ? '' : '+'}${number}`.replace('-', '−');
}

const shownP = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`);

/** `+3.5 (−1.0 to 8.0), p 0.120`; shares in points. */
export function shownDifference({ mean, lower, upper, correctedP }: Difference, metric: StudyMetric): string {
  const interval =
    lower === undefined || upper === undefined
      ? ''
      : ` (${shownChange(lower, metric)} to ${shownChange(upper, metric)}), ${shownP(correctedP)}`;
  return `${shownChange(mean, metric)}${interval}`;
}

export type Verdict = 'better' | 'worse' | 'undecided';

export function verdict({ mean, correctedP }: Difference, { better }: StudyMetric): Verdict {
  if (correctedP >= significance) return 'undecided';
  return mean > 0 === (better === 'higher') ? 'better' : 'worse';
}

/** Labels of a row as a name, without those that the baseline shares. */
function rowName({ labels }: ResultsRow): string {
  return Object.entries(labels)
    .map(([axis, label]) => (typeof label === 'number' ? `${axis} ${label}` : label))
    .join(', ');
}

/** A line for each verdict: what is better than the baseline by a metric, what is worse, what cannot be told apart. */
export function metricFindings({ rows }: ResultsTable, metric: StudyMetric): string[] {
  const found: Record<Verdict, string[]> = { better: [], worse: [], undecided: [] };
  for (const row of rows) {
    const difference = row.metrics[metric.name]?.difference;
    if (difference === undefined) continue;
    found[verdict(difference, metric)].push(`${rowName(row)} ${shownDifference(difference, metric)}`);
  }
  const line = (what: string, names: readonly string[]): string => `- ${metric.title}, ${what}: ${names.join('; ')}.`;
  return [
    line('better than the baseline', found.better.length === 0 ? ['none'] : found.better),
    ...(found.worse.length === 0 ? [] : [line('worse', found.worse)]),
    ...(found.undecided.length === 0 ? [] : [line('no difference shown', found.undecided)]),
  ];
}

/** The answers to a part's further questions: one row against another that is not the baseline. */
export function comparisonFindings({ part, runs }: PartResult): string[] {
  return (part.comparisons ?? []).flatMap(({ question, of, with: other }) => {
    const labelled = (labels: Labels) => runs.filter((run) => hasLabels(run.labels, labels));
    const { rows } = resultsTable([...labelled(of), ...labelled(other)], {
      metrics: part.metrics.map(({ name }) => name),
      repeats: 'seed',
      baseline: other,
    });
    return rows
      .filter(({ isBaseline }) => !isBaseline)
      .map((row) => {
        const answers = part.metrics.flatMap((metric) => {
          const difference = row.metrics[metric.name]?.difference;
          if (difference === undefined) return [];
          return `${metric.title} ${shownDifference(difference, metric)}: ${verdictText[verdict(difference, metric)]}`;
        });
        return `- ${question} ${rowName(row)} against ${Object.values(other).join(', ')}: ${answers.join('; ')}.`;
      });
  });
}

const verdictText: Record<Verdict, string> = {
  better: 'better',
  worse: 'worse',
  undecided: 'no difference shown',
};
