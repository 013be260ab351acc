import type { RunEvent } from '@profit-sft/core';
import { averagedCurve } from '../../charts/averaged-curve.js';
import { lineChart, type Series } from '../../charts/line-chart.js';
import type { Point } from '../../charts/points.js';
import { trainedGroups, type RunGroup } from '../groups.js';
import type { ReportData } from '../report-data.js';
import { chartGrid, note, type ReportSection } from './report-section.js';

/** Points of a curve: enough for its shape, few enough for fifty runs in one file. */
const buckets = 100;

type Value = (event: RunEvent) => number | undefined;

function curvesOf({ runs }: RunGroup, value: Value): Point[][] {
  return runs.map(({ events }) =>
    events.flatMap((event): Point[] => {
      const y = value(event);
      return y === undefined ? [] : [[event.step, y]];
    }),
  );
}

interface CurveOptions {
  readonly title: string;
  readonly yLabel: string;
  readonly value: Value;
  /** Measured at evaluations, and not at every step. */
  readonly dots?: boolean;
  readonly yDomain?: readonly [number, number];
  readonly yScale?: 'linear' | 'log';
}

/** A chart of one quantity by step, a line for each group; nothing where no run has it. */
export function curveChart(data: ReportData, { title, value, dots, ...axes }: CurveOptions): string[] {
  let stretch = 1;
  const series = trainedGroups(data).flatMap((group, colour): Series[] => {
    const curve = averagedCurve(curvesOf(group, value), dots === true ? 400 : buckets);
    stretch = Math.max(stretch, curve.stretch);
    return curve.points.length === 0
      ? []
      : [{ name: group.title, colour, points: curve.points, band: curve.band, ...(dots === true ? { dots } : {}) }];
  });
  if (series.length === 0) return [];
  const averaged = stretch > 1 && dots !== true ? `, means of ${stretch} steps` : '';
  return [
    lineChart({ title: `${title}${averaged}`, xLabel: 'optimiser step', ...axes, series, width: 600, height: 300 }),
  ];
}

export function explainBands({ repeats }: ReportData): string {
  return repeats === undefined
    ? ''
    : note(`Lines are means over ${repeats}; the shaded range is from the lowest to the highest run.`);
}

/** NLL, objective, gradient norm by step. */
export const curvesSection: ReportSection = {
  id: 'curves',
  title: 'Learning curves',
  html(data) {
    const step = (value: (event: Extract<RunEvent, { type: 'step' }>) => number | null): Value => {
      return (event) => (event.type === 'step' ? (value(event) ?? undefined) : undefined);
    };
    const evaluation = (value: (event: Extract<RunEvent, { type: 'evaluation' }>) => number): Value => {
      return (event) => (event.type === 'evaluation' ? value(event) : undefined);
    };
    const nats = 'nats per token';
    const charts = [
      ...curveChart(data, { title: 'Training NLL', yLabel: nats, value: step(({ meanNll }) => meanNll) }),
      ...curveChart(data, {
        ...{ title: 'Held-out NLL', yLabel: nats, dots: true },
        value: evaluation(({ meanNll }) => meanNll),
      }),
      ...curveChart(data, {
        ...{ title: 'Objective that training minimises', yLabel: nats },
        value: step(({ objective }) => objective),
      }),
      ...curveChart(data, {
        ...{ title: 'Gradient norm before clipping', yLabel: 'L2 norm, logarithmic', yScale: 'log' },
        value: step(({ gradientNorm }) => gradientNorm),
      }),
    ];
    if (charts.length === 0) return '';
    const plain = note(
      'NLL is the plain mean over all response tokens, whatever the rule keeps, so that runs can be compared. The objective is each rule’s own.',
    );
    return `${plain}${explainBands(data)}${chartGrid(charts)}`;
  },
};
