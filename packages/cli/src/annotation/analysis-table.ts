import type { LabelAnalysis, LabelSummary } from '@profit-sft/annotators';
import { textTable } from '../terminal/text-table.js';

const fixed = (value: number, digits = 3): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));

const heights = ' ▁▂▃▄▅▆▇█';

/** The histogram as a row of blocks, the highest bin full. */
function sparkline({ histogram, tokens }: LabelSummary): string {
  const highest = Math.max(...histogram);
  if (tokens === 0) return '';
  return histogram.map((count) => heights[Math.ceil((count / highest) * (heights.length - 1))]).join('');
}

/** What `profit annotate` prints of the probabilities of core and trivial tokens. */
export function analysisTable(analysis: LabelAnalysis): string {
  const { core, trivial, overallMean, detector, test } = analysis;
  const summaries = (
    [
      ['core', core],
      ['trivial', trivial],
    ] as const
  ).map(([name, summary]) => [
    ...[name, summary.tokens.toLocaleString('en'), fixed(summary.mean), fixed(summary.median), sparkline(summary)],
  ]);
  const points = detector.map((point) => [
    ...[point.threshold, point.kept, point.precision, point.recall, point.falsePositiveRate].map((value, index) =>
      index === 0 ? String(value) : fixed(value),
    ),
  ]);
  return [
    textTable([['label', 'tokens', 'mean p', 'median p', 'histogram of p from 0 to 1'], ...summaries]),
    '',
    `mean p of all labelled tokens: ${fixed(overallMean)}; area under the curve of p as a detector of core: ${fixed(analysis.areaUnderCurve)}`,
    `difference of the means: ${fixed(test.difference)}, p-value ${test.pValue.toPrecision(2)} (${test.permutations} permutations within responses)`,
    '',
    textTable([['p >', 'kept', 'precision', 'recall', 'trivial kept'], ...points]),
  ].join('\n');
}
