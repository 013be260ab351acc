import { lineChart, type Series } from '../../charts/line-chart.js';
import { groupsOf, groupTitle, withoutAxis, type RunGroup } from '../groups.js';
import type { ReportData, ReportMetric, ReportTable, RunLabels } from '../report-data.js';
import { sweptRule, type SweptRule } from '../swept-rule.js';
import { chartGrid, note, type ReportSection } from './report-section.js';

interface SweepPoint extends SweptRule {
  readonly metrics: Readonly<Record<string, ReportMetric>>;
}

/** Points that differ in the rule alone, and what they are compared with. */
interface Sweep {
  /** Labels of what they share, empty where there is nothing else. */
  readonly setting: RunLabels;
  readonly points: readonly SweepPoint[];
  readonly baseline: ReportTable['rows'][number] | undefined;
}

/** The axes on which the rule changes while every other label stays. */
function ruleAxes(groups: readonly RunGroup[]): Set<string> {
  const axes = new Set<string>();
  for (const one of groups) {
    for (const other of groups) {
      const differing = Object.keys(one.labels).filter((axis) => one.labels[axis] !== other.labels[axis]);
      if (differing.length !== 1) continue;
      if (JSON.stringify(one.runs[0].rule) !== JSON.stringify(other.runs[0].rule)) axes.add(differing[0]);
    }
  }
  return axes;
}

function sweepsOf(data: ReportData, table: ReportTable): Sweep[] {
  const groups = groupsOf(
    data.runs.filter(({ rule }) => rule !== undefined),
    data,
  );
  const axes = ruleAxes(groups);
  const settingOf = (labels: RunLabels): RunLabels =>
    Object.fromEntries(Object.entries(labels).filter(([axis]) => !axes.has(axis)));
  const sweeps = new Map<string, { setting: RunLabels; points: SweepPoint[] }>();
  for (const { labels, runs } of groups) {
    const swept = sweptRule(runs[0].rule);
    const row = table.rows.find((own) => JSON.stringify(own.labels) === JSON.stringify(labels));
    if (swept === undefined || row === undefined) continue;
    const setting = settingOf(labels);
    const sweep = sweeps.get(JSON.stringify(setting)) ?? { setting, points: [] };
    sweep.points.push({ ...swept, metrics: row.metrics });
    sweeps.set(JSON.stringify(setting), sweep);
  }
  return [...sweeps.values()]
    .filter(({ points }) => new Set(points.map(({ threshold }) => threshold)).size > 1)
    .map((sweep) => ({
      ...sweep,
      baseline: table.rows.find(
        ({ isBaseline, labels }) => isBaseline && JSON.stringify(settingOf(labels)) === JSON.stringify(sweep.setting),
      ),
    }));
}

const directions = [
  { direction: 'high', name: 'trains on p > τ', colour: 0 },
  { direction: 'low', name: 'trains on p ≤ τ', colour: 1 },
] as const;

function sweepChart({ setting, points, baseline }: Sweep, metric: string): string[] {
  const lines = directions.flatMap(({ direction, name, colour }): Series[] => {
    const own = points
      .filter((point) => point.direction === direction && point.metrics[metric] !== undefined)
      .sort((a, b) => a.threshold - b.threshold);
    if (own.length === 0) return [];
    return [
      {
        ...{ name, colour, dots: true },
        points: own.map(({ threshold, metrics }) => [threshold, metrics[metric].mean] as const),
        errors: own.map(({ metrics }) => metrics[metric].standardError ?? NaN),
      },
    ];
  });
  if (lines.length === 0) return [];
  const reference = baseline?.metrics[metric];
  const thresholds = lines.flatMap(({ points: own }) => own.map(([x]) => x));
  const ends = [Math.min(...thresholds), Math.max(...thresholds)];
  const level: Series[] =
    baseline === undefined || reference === undefined
      ? []
      : [
          {
            name: groupTitle(withoutSetting(baseline.labels, setting)),
            colour: 5,
            points: ends.map((x) => [x, reference.mean] as const),
            band: ends.map(
              (x) =>
                [
                  x,
                  reference.mean - (reference.standardError ?? 0),
                  reference.mean + (reference.standardError ?? 0),
                ] as const,
            ),
          },
        ];
  const where = Object.keys(setting).length === 0 ? '' : `, ${groupTitle(setting)}`;
  return [
    lineChart({
      title: `${metric} by τ${where}`,
      xLabel: 'threshold τ',
      yLabel: 'mean',
      series: [...lines, ...level],
      width: 600,
      height: 300,
    }),
  ];
}

function withoutSetting(labels: RunLabels, setting: RunLabels): RunLabels {
  return Object.keys(setting).reduce((rest, axis) => withoutAxis(rest, axis), labels);
}

/** Metrics by τ where runs differ in the threshold of `profit`, in both directions. */
export const sweepSection: ReportSection = {
  id: 'threshold',
  title: 'Threshold τ in both directions',
  html(data) {
    const { table } = data;
    if (table === undefined) return '';
    const sweeps = sweepsOf(data, table);
    const charts = sweeps.flatMap((sweep) => table.metrics.flatMap((metric) => sweepChart(sweep, metric)));
    if (charts.length === 0) return '';
    const baseline = sweeps.some((sweep) => sweep.baseline !== undefined)
      ? ' The level line is the baseline with its standard error.'
      : '';
    return `${note(`Points are means, bars standard errors of the mean.${baseline}`)}${chartGrid(charts)}`;
  },
};
