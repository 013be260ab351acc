import { bin, extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { coordinate, frame, labelledTicks, svgText, textWidth } from './frame.js';
import { seriesColour } from './palette.js';

export interface HistogramOptions {
  readonly title: string;
  /** Values that are not finite, or lie outside `domain`, are left out and counted in the description. */
  readonly values: readonly number[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Default the range of the values. */
  readonly domain?: readonly [number, number];
  /** Number of bins of equal width. Default 20. */
  readonly bins?: number;
  /** A vertical line with a label. */
  readonly marker?: { readonly x: number; readonly label: string };
  /** Default 760 × 240, in CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** Bars of equal width from a zero baseline; each tells its bounds and count on hover. */
export function histogram(options: HistogramOptions): string {
  const { title, values, xLabel, yLabel, bins = 20, marker, width = 760, height = 240 } = options;
  const finite = values.filter(Number.isFinite);
  const [low = 0, high = 1] = options.domain ?? extent(finite);
  const [x0, x1] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const inside = finite.filter((value) => value >= x0 && value <= x1);
  const edges = Array.from({ length: bins - 1 }, (_, index) => x0 + ((index + 1) * (x1 - x0)) / bins);
  const groups = bin().domain([x0, x1]).thresholds(edges)(inside);
  const most = Math.max(1, ...groups.map((group) => group.length));
  const [top, bottom] = [50, height - 44];
  const y = scaleLinear().domain([0, most]).nice(5).range([bottom, top]);
  const left = 14 + Math.max(16, ...labelledTicks(y, 5).map(({ label }) => textWidth(label)));
  const x = scaleLinear()
    .domain([x0, x1])
    .range([left, width - 16]);
  const edge = (value: number): string => String(Number(value.toPrecision(3)));
  const bars = groups.map((group) => {
    const [from, to] = [Number(group.x0), Number(group.x1)];
    const [start, end] = [x(from), x(to)];
    const text = `${edge(from)} to ${edge(to)}: ${group.length}`;
    return `<rect x="${coordinate(start + 0.5)}" y="${coordinate(y(group.length))}" width="${coordinate(Math.max(0, end - start - 1))}" height="${coordinate(bottom - y(group.length))}" fill="${seriesColour(0)}"><title>${text}</title></rect>`;
  });
  const line: string[] = [];
  if (marker !== undefined && marker.x >= x0 && marker.x <= x1) {
    const at = x(marker.x);
    const before = at > width - 24 - textWidth(marker.label);
    line.push(
      `<line x1="${coordinate(at)}" x2="${coordinate(at)}" y1="${top - 6}" y2="${bottom}" stroke="${seriesColour(1)}" stroke-width="1.5" stroke-dasharray="4 3"/>`,
      svgText(before ? at - 6 : at + 6, top + 2, marker.label, {
        fill: seriesColour(1),
        anchor: before ? 'end' : 'start',
      }),
    );
  }
  const leftOut = values.length - inside.length;
  return frame({
    title,
    summary: `${inside.length} values in ${bins} bins from ${edge(x0)} to ${edge(x1)}${leftOut === 0 ? '' : `; ${leftOut} left out`}.`,
    width,
    height,
    margin: { right: 16, bottom: 44, left },
    x,
    y,
    xLabel,
    yLabel,
    marks: [...bars, ...line].join('\n'),
  });
}
