import type { DetectorPoint, LabelSummary } from '@profit-sft/annotators';
import type { Comparison } from './compare-models.js';
import { e2e, wordProblems } from './labelled-data.js';

const fixed = (value: number, digits = 3): string =>
  (Number.isNaN(value) ? '–' : value.toFixed(digits)).replace('-', '−');
const percent = (value: number): string => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`);
const shownP = (p: number): string => (p < 0.001 ? p.toExponential(1) : fixed(p));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const name = ({ model, data }: Comparison): string => `${model}, ${data}`;

export type Verdict = 'more' | 'less' | 'undecided';

/** Whether core tokens are more probable: only where the interval over prompts excludes 0. */
export function verdict({ difference }: Comparison): Verdict {
  if (difference.lower > 0) return 'more';
  return difference.upper < 0 ? 'less' : 'undecided';
}

const verdictText: Record<Verdict, string> = {
  more: 'core tokens are more probable',
  less: 'core tokens are **less** probable',
  undecided: 'no difference is shown',
};

const shareOfCore = ({ analysis: { core, trivial } }: Comparison): number =>
  core.tokens / (core.tokens + trivial.tokens);

/** Of the thresholds, the one that keeps the largest share of core beyond what it keeps of trivial tokens (Youden's index). */
export function bestPoint({ analysis }: Comparison): DetectorPoint {
  const gain = (point: DetectorPoint): number => point.recall - point.falsePositiveRate;
  return analysis.detector.reduce((best, point) => (gain(point) > gain(best) ? point : best));
}

function finding(comparison: Comparison): string {
  const { analysis, difference, byDraw } = comparison;
  const share = shareOfCore(comparison);
  const [first] = analysis.detector;
  const best = bestPoint(comparison);
  const farthest =
    best.recall > best.falsePositiveRate
      ? `The share of the core tokens that is kept is farthest above that of the trivial ones at τ = ${best.threshold}.`
      : 'At no τ from 0.1 to 0.9 is a larger share kept of the core tokens than of the trivial ones.';
  const draws = byDraw.length === 0 ? '' : `; by data seed ${byDraw.map((value) => fixed(value)).join(', ')}`;
  const change = first.precision - share;
  const detects =
    Math.abs(change) < 0.005
      ? `no more than the ${percent(share)} of all tokens`
      : `${percent(Math.abs(change)).replace(' %', '')} points ${change > 0 ? 'more' : 'less'} than the ${percent(share)} of all tokens`;
  return (
    `- **${name(comparison)}**: ${verdictText[verdict(comparison)]}: the means differ by ${fixed(difference.value)} (95 % interval over prompts ${fixed(difference.lower)} to ${fixed(difference.upper)}; ` +
    `permutation test p = ${shownP(analysis.test.pValue)}${draws}). p > ${first.threshold} keeps ${percent(first.recall)} of the core tokens and ${percent(first.falsePositiveRate)} of the trivial ones; ` +
    `of what it keeps ${percent(first.precision)} is core, ${detects}. ${farthest}`
  );
}

/** What holds over all comparisons, in a sentence for each verdict. */
function summary(comparisons: readonly Comparison[]): string {
  const of = (wanted: Verdict): string[] =>
    comparisons.filter((comparison) => verdict(comparison) === wanted).map(name);
  const [more, less, undecided] = [of('more'), of('less'), of('undecided')];
  const list = (names: readonly string[]): string => (names.length === 0 ? '' : `: ${names.join('; ')}`);
  const curve = (comparison: Comparison): number => comparison.analysis.areaUnderCurve;
  const sorted = [...comparisons].sort((a, b) => curve(b) - curve(a));
  const [highest, lowest] = [sorted[0], sorted[sorted.length - 1]];
  return [
    `Core tokens are more probable in ${more.length} of ${comparisons.length} comparisons, less probable in ${less.length}${list(less)}; no difference is shown in ${undecided.length}${list(undecided)}.`,
    `As a detector, p separates best for ${name(highest)} (area under the curve ${fixed(curve(highest))}) and worst for ${name(lowest)} (${fixed(curve(lowest))}; 0.5 is chance).`,
  ].join(' ');
}

function bar(label: LabelSummary, bin: number): string {
  const share = label.histogram[bin] / label.tokens;
  return `\`${'█'.repeat(Math.round(20 * share)).padEnd(1, '·')}\` ${percent(share)}`;
}

function details(comparison: Comparison): string {
  const { core, trivial, detector } = comparison.analysis;
  const bins = core.histogram.map((_, bin) => [
    `${(bin / 10).toFixed(1)} to ${((bin + 1) / 10).toFixed(1)}`,
    bar(core, bin),
    bar(trivial, bin),
  ]);
  const points = detector.map(({ threshold, kept, precision, recall, falsePositiveRate }) => [
    ...[String(threshold), percent(kept), percent(precision), percent(recall), percent(falsePositiveRate)],
  ]);
  return [
    `## ${name(comparison)}`,
    table(['p', 'core tokens', 'trivial tokens'], bins),
    table(['p > τ', 'kept', 'precision', 'recall', 'trivial kept'], points),
  ].join('\n\n');
}

/** The page, every sentence of which follows from the comparisons. */
export function pageOf(comparisons: readonly Comparison[], machine: string): string {
  const rows = comparisons.map((comparison) => {
    const { core, trivial, areaUnderCurve, test, responses } = comparison.analysis;
    const { value, lower, upper } = comparison.difference;
    return [
      ...[comparison.model, comparison.data, String(responses), `${core.tokens} / ${trivial.tokens}`],
      ...[`${fixed(core.mean)} / ${fixed(trivial.mean)}`, `${fixed(core.median)} / ${fixed(trivial.median)}`],
      ...[`${fixed(value)} (${fixed(lower)} to ${fixed(upper)})`, shownP(test.pValue), fixed(areaUnderCurve)],
    ];
  });
  return `# Core and trivial tokens

Written by \`npm run study -- core-tokens\` on ${machine}.

ProFit keeps tokens with p > τ because core tokens are said to be the probable ones: in arXiv 2601.09195, section 4.1, a judge's core tokens have a mean probability of 0.768 and its trivial ones of 0.485
under Qwen3-4B-Base. Here the labels need no judge.

- ${wordProblems.title}: labels ${wordProblems.labels}. ${Object.keys(wordProblems.draws).length} draws of held-out problems.
- ${e2e.title}: labels ${e2e.labels}. Words that every English text holds come out as core too.

After training means two epochs over 240 prompts with one reference each, one seed; the data compared are never those trained on.

## What came out

${summary(comparisons)}

${comparisons.map(finding).join('\n')}

${table(['model', 'data', 'responses', 'core / trivial tokens', 'mean p', 'median p', 'difference of means (95 % interval)', 'permutation p', 'AUC'], rows)}

The interval is a bootstrap over prompts. The permutation test (${comparisons[0].analysis.test.permutations} permutations of labels within responses) takes the tokens of a response as exchangeable, so of small differences it is too sure; its
p cannot be below ${shownP(1 / (1 + comparisons[0].analysis.test.permutations))}. Precision is the share of the kept tokens that is core, recall the share of the core tokens that is kept.

${comparisons.map(details).join('\n\n')}
`;
}
