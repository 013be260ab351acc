import { extent } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import { coordinate, frame, labelledTicks, svgText, textWidth } from './frame.js';
import { seriesColour, seriesDash } from './palette.js';
import { thinPoints, type Point } from './points.js';

export interface Series {
  readonly name: string;
  /** In ascending order of x. A y that is not finite leaves a gap. */
  readonly points: readonly Point[];
  /** Marks each point with a dot: for series of few points. */
  readonly dots?: boolean;
  /** A shaded range around the line: [x, low, high] in ascending order of x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  /** Half the length of an error bar at each point; NaN for none. */
  readonly errors?: readonly number[];
  /** Which of the palette's colours; default its place among the series. */
  readonly colour?: number;
}

export interface LineChartOptions {
  readonly title: string;
  readonly series: readonly Series[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Default `linear`. On `log`, points with y ≤ 0 are left out. */
  readonly yScale?: 'linear' | 'log';
  /** Fixed range of y; default that of the data. */
  readonly yDomain?: readonly [number, number];
  /** Default 760 × 320, in CSS pixels; the SVG scales to its container. */
  readonly width?: number;
  readonly height?: number;
}

/** Moves labels apart so that none is nearer than `gap` to the next, within [top, bottom]. */
function spread(targets: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = targets.map((_, index) => index).sort((a, b) => targets[a] - targets[b]);
  const placed = [...targets];
  order.forEach((index, rank) => {
    const above = rank === 0 ? top : placed[order[rank - 1]] + gap;
    placed[index] = Math.max(placed[index], above);
  });
  let below = bottom;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index], below);
    below = placed[index] - gap;
  }
  return placed;
}

/**
 * Lines over a common x, each named at its end in its own colour and dash. With more series than fit beside the plot, a
 * legend above it names them instead.
 */
export function lineChart(options: LineChartOptions): string {
  const { title, series, xLabel, yLabel, yScale = 'linear', yDomain, width = 760, height = 320 } = options;
  const isShown = ([x, y]: Point): boolean =>
    Number.isFinite(x) && Number.isFinite(y) && (yScale === 'linear' || y > 0);
  const shown = series.flatMap(({ points }) => points.filter(isShown));
  const [x0 = 0, x1 = 1] = extent(shown.map(([x]) => x));
  const isDrawable = (value: number): boolean => Number.isFinite(value) && (yScale === 'linear' || value > 0);
  const around = series.flatMap(({ points, band = [], errors }) => [
    ...band.flatMap(([, least, greatest]) => [least, greatest]),
    ...(errors ?? []).flatMap((error, index) => [points[index][1] - error, points[index][1] + error]),
  ]);
  const [low, high] = extent([...shown.map(([, y]) => y), ...around.filter(isDrawable)]);
  let [y0, y1] = yDomain ?? [low ?? (yScale === 'log' ? 0.1 : 0), high ?? 1];
  if (y0 === y1)
    [y0, y1] = yScale === 'log' ? [y0 / 2, y1 * 2] : [y0 - Math.abs(y0) / 2 - 0.5, y1 + Math.abs(y1) / 2 + 0.5];

  const direct = series.length * 15 <= height - 100;
  const legendWidths = series.map(({ name }) => 40 + textWidth(name));
  const legend = direct ? [] : layOutLegend(legendWidths, width);
  const legendHeight = direct ? 0 : 18 * (Math.max(...legend.map(({ row }) => row)) + 1);
  const top = 50 + legendHeight;
  const bottom = height - 44 + legendHeight;
  const y = (yScale === 'log' ? scaleLog() : scaleLinear()).domain([y0, y1]).range([bottom, top]);
  if (yDomain === undefined) y.nice(yScale === 'log' ? undefined : 5);
  const left = 14 + Math.max(16, ...labelledTicks(y, 5).map(({ label }) => textWidth(label)));
  const longest = direct ? Math.min(220, Math.max(0, ...series.map(({ name }) => textWidth(name)))) : 0;
  const right = direct ? 16 + longest : 16;
  const x = scaleLinear()
    .domain([x0, x0 === x1 ? x0 + 1 : x1])
    .range([left, width - right]);

  const path = line<Point>()
    .x(([value]) => x(value))
    .y(([, value]) => y(value))
    .defined(isShown)
    .digits(2);
  const colourOf = (index: number): number => series[index].colour ?? index;
  const region = area<readonly [number, number, number]>()
    .x(([value]) => x(value))
    .y0(([, least]) => y(least))
    .y1(([, , greatest]) => y(greatest))
    .defined((values) => values.slice(1).every(isDrawable))
    .digits(1);
  const bands = series.map(({ band = [] }, index) =>
    band.every(([, least, greatest]) => least === greatest)
      ? ''
      : `<path class="band" d="${region(band) ?? ''}" fill="${seriesColour(colourOf(index))}" fill-opacity="0.14"/>`,
  );
  const errorBars = series.map(({ points, errors = [] }, index) =>
    errors
      .map((error, at) => {
        const [px, py] = points[at];
        if (![px, py - error, py + error].every(Number.isFinite) || !isDrawable(py - error)) return '';
        const [at0, from, to] = [x(px), y(py - error), y(py + error)].map(coordinate);
        return `<path class="error" d="M${at0},${from}V${to}" stroke="${seriesColour(colourOf(index))}" stroke-width="1.25"/>`;
      })
      .join(''),
  );
  const lines = series.map(({ points, dots }, index) => {
    const drawn = thinPoints(points, Math.round(width / 2));
    const stroke = `<path d="${path(drawn) ?? ''}" fill="none" stroke="${seriesColour(colourOf(index))}" stroke-width="1.75" stroke-linejoin="round"${seriesDash(colourOf(index))}/>`;
    const marks = dots !== true && drawn.filter(isShown).length > 1 ? [] : drawn.filter(isShown);
    return (
      stroke +
      marks
        .map(
          ([px, py]) =>
            `<circle cx="${coordinate(x(px))}" cy="${coordinate(y(py))}" r="3" fill="${seriesColour(colourOf(index))}"/>`,
        )
        .join('')
    );
  });
  const ends = series.map(({ points }) => points.findLast(isShown));
  const places = spread(
    ends.map((end) => (end === undefined ? bottom : y(end[1]))),
    15,
    top,
    bottom,
  );
  const labels = series.map(({ name }, index) => {
    const fill = seriesColour(colourOf(index));
    if (direct) return svgText(width - right + 8, places[index] + 4, name, { fill });
    const { column, row } = legend[index];
    const baseline = 56 + 18 * row;
    return (
      `<line x1="${column}" x2="${column + 24}" y1="${baseline - 4}" y2="${baseline - 4}" stroke="${fill}" stroke-width="1.75"${seriesDash(colourOf(index))}/>` +
      svgText(column + 30, baseline, name, { fill })
    );
  });
  const range = shown.length === 0 ? 'There are no points.' : `From ${xLabel} ${x0} to ${x1}.`;
  const last = series.map(({ name }, index) => `${name} ends at ${ends[index]?.[1].toPrecision(4) ?? 'no value'}`);
  return frame({
    title,
    summary: `${yLabel} by ${xLabel}, ${series.length} series. ${range} ${last.join('; ')}.`,
    width,
    height: height + legendHeight,
    margin: { right, bottom: 44, left },
    x,
    y,
    xLabel,
    yLabel,
    marks: [...bands, ...errorBars, ...lines, ...labels].filter((mark) => mark !== '').join('\n'),
  });
}

/** Places legend entries left to right, in as many rows as that takes. */
function layOutLegend(widths: readonly number[], width: number): { column: number; row: number }[] {
  let [column, row] = [0, 0];
  return widths.map((entry) => {
    if (column > 0 && column + entry > width) [column, row] = [0, row + 1];
    const place = { column, row };
    column += entry + 12;
    return place;
  });
}
