import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { escapeHtml } from '../html/escape.js';
import { shownNumber } from '../html/numbers.js';
import { coordinate, frame, svgText, textWidth } from './frame.js';
import { seriesColour } from './palette.js';

export interface ForestPlotRow {
  readonly name: string;
  readonly value: number;
  /** Ends of the interval, where there is one. */
  readonly lower?: number;
  readonly upper?: number;
  /** At the right end, e.g. the p-value. */
  readonly remark: string;
}

export interface ForestPlotOptions {
  readonly title: string;
  readonly xLabel: string;
  /** From the top. */
  readonly rows: readonly ForestPlotRow[];
  /** In CSS pixels. Default 600. */
  readonly width?: number;
}

/** Names longer than this are cut: the whole is in the row's title. */
const longestName = 30;

function described({ name, value, lower, upper, remark }: ForestPlotRow): string {
  const interval = lower === undefined || upper === undefined ? '' : `, ${shownNumber(lower)} to ${shownNumber(upper)}`;
  return `${name}: ${shownNumber(value)}${interval}, ${remark}`;
}

/** Estimates with their intervals against a line at 0, a row each. */
export function forestPlot({ title, xLabel, rows, width = 600 }: ForestPlotOptions): string {
  const names = rows.map(({ name }) => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name));
  const left = 16 + Math.max(...names.map(textWidth));
  const right = 16 + Math.max(...rows.map(({ remark }) => textWidth(remark)));
  const top = 34;
  const height = top + 24 * rows.length + 52;
  const [low = -1, high = 1] = extent([
    0,
    ...rows.flatMap(({ value, lower = value, upper = value }) => [lower, upper]).filter(Number.isFinite),
  ]);
  const x = scaleLinear()
    .domain(low === high ? [-1, 1] : [low, high])
    .nice(5)
    .range([left, width - right]);
  // The rows are names, no quantity: the vertical scale has no ticks.
  const y = Object.assign((value: number) => value, { ticks: (): number[] => [], tickFormat: () => String });
  const zero = coordinate(x(0));
  const marks = rows.map((row, index) => {
    const { value, lower = value, upper = value, remark } = row;
    const middle = top + 24 * index + 12;
    const [from, to, at] = [lower, upper, value].map((own) => coordinate(x(own)));
    return `<g><title>${escapeHtml(described(row))}</title>${svgText(left - 10, middle + 4, names[index], { anchor: 'end', fill: 'var(--ink, #1b1f24)' })}<path d="M${from},${middle}H${to}M${from},${middle - 4}v8M${to},${middle - 4}v8" stroke="${seriesColour(0)}" stroke-width="1.5" fill="none"/><circle cx="${at}" cy="${middle}" r="4" fill="${seriesColour(0)}"/>${svgText(width, middle + 4, remark, { anchor: 'end' })}</g>`;
  });
  const line = `<line x1="${zero}" x2="${zero}" y1="${top}" y2="${height - 44}" stroke="var(--quiet, #59616b)" stroke-dasharray="3 3"/>`;
  return frame({
    title,
    summary: rows.map(described).join('. '),
    width,
    height,
    margin: { right, bottom: 44, left },
    x,
    y,
    xLabel,
    yLabel: '',
    marks: [line, ...marks].join('\n'),
  });
}
