import type { ResultsRow, ResultsTable } from '@profit-sft/experiments';
import { comparisonFindings, metricFindings, shownDifference, shownValue } from './findings.js';
import { regimeText } from './regime.js';
import type { PartResult } from './run-part.js';
import type { Study, StudyMetric, StudyPart } from './study.js';

/** Metrics that tables show beside those of a study. */
const context: readonly Pick<StudyMetric, 'name' | 'title' | 'share'>[] = [
  { name: 'evalMeanProb', title: 'mean p after' },
  { name: 'keptFraction', title: 'tokens kept', share: true },
];

function cells(row: ResultsRow, { metrics }: StudyPart): string[] {
  const compared = metrics.flatMap((metric) => {
    const value = row.metrics[metric.name];
    if (value === undefined) return ['', ''];
    const { mean, standardError, difference } = value;
    const error = standardError === undefined ? '' : ` ± ${shownValue(standardError, metric).replace(' %', '')}`;
    return [
      `${shownValue(mean, metric)}${error}`,
      row.isBaseline ? 'baseline' : difference === undefined ? '' : shownDifference(difference, metric),
    ];
  });
  const others = context.map((metric) => {
    const value = row.metrics[metric.name];
    return value === undefined ? '' : shownValue(value.mean, metric);
  });
  return [...compared, ...others];
}

function table({ rows }: ResultsTable, part: StudyPart): string {
  const axes = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))];
  const head = [
    ...axes,
    ...part.metrics.flatMap(({ title }) => [title, 'difference (95 % interval), p']),
    ...context.map(({ title }) => title),
  ];
  const line = (values: readonly (string | number)[]): string => `| ${values.join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) => line([...axes.map((axis) => row.labels[axis] ?? ''), ...cells(row, part)])),
  ].join('\n');
}

function section(result: PartResult, regime: string | undefined): string {
  const { part, runs } = result;
  const trained = runs.filter(({ training }) => training !== undefined);
  const seeds = new Set(trained.map(({ labels }) => labels.seed)).size;
  const steps = [...new Set(trained.flatMap(({ training }) => training?.steps ?? []))].sort((a, b) => a - b);
  const comparisons = comparisonFindings(result);
  return [
    `## ${part.title}`,
    `\`npx profit ablate ${part.config}\`: ${trained.length} runs, ${seeds} seeds, ${steps.join(', ')} steps each.`,
    table(result.table, part),
    ...part.metrics.map((metric) => metricFindings(result.table, metric).join('\n')),
    ...(comparisons.length === 0 ? [] : [comparisons.join('\n')]),
    ...(regime === undefined ? [] : [regime]),
  ].join('\n\n');
}

/** The page of a study in Markdown. Whatever it says of the results is worked out from them. */
export function studyPage(study: Study, results: readonly PartResult[], machine: string): string {
  const runs = results.flatMap((result) => result.runs);
  const minutes = runs.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const regimes = results.map(regimeText);
  // Parts with the same model on the same data share what is said of it.
  const sections = results.map((result, index) =>
    section(result, regimes.indexOf(regimes[index]) === index ? regimes[index] : undefined),
  );
  return `# ${study.title}

Written by \`npm run study -- ${study.name}\`. ${study.question}

Values are means over seeds ± their standard error. Differences are from the baseline with the same seed and, where items are scored one by one, on the same items: with a bootstrap
interval over seeds and items; else the paired t-test over seeds. p is corrected by Holm over the rows of a column; below 0.05 counts as a difference. Held-out NLL is of all reference tokens, in nats.

${sections.join('\n\n')}

A rule by probability can only work where p tells what matters from wording: [core and trivial tokens](core-tokens.md) measures that for these models on these data.

## What it ran on

${machine}. ${runs.length} runs, as many at once as there are cores, whose durations add up to ${minutes.toFixed(0)} minutes.
`;
}
