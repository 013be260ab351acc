import { escapeHtml } from '../html/escape.js';

/** What an axis needs of a d3 scale. */
export interface AxisScale {
  (value: number): number;
  ticks(count?: number): number[];
  tickFormat(count?: number, specifier?: string): (value: number) => string;
}

export interface FrameOptions {
  readonly title: string;
  /** One sentence for readers who cannot see the chart. */
  readonly summary: string;
  readonly width: number;
  readonly height: number;
  readonly margin: { readonly right: number; readonly bottom: number; readonly left: number };
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly xLabel: string;
  readonly yLabel: string;
  /** The marks, as SVG. */
  readonly marks: string;
}

const fontSize = 12;
const ink = 'var(--ink, #1b1f24)';
const quiet = 'var(--quiet, #59616b)';
const grid = 'var(--grid, #e6e9ec)';

/** A coordinate with at most two decimals. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function svgText(
  x: number,
  y: number,
  text: string,
  options: { anchor?: 'start' | 'middle' | 'end'; fill?: string; weight?: number } = {},
): string {
  const { anchor = 'start', fill = quiet, weight } = options;
  const attributes = `text-anchor="${anchor}" fill="${fill}"${weight === undefined ? '' : ` font-weight="${weight}"`}`;
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" ${attributes}>${escapeHtml(text)}</text>`;
}

/** Width of a text in the charts' font, roughly: for margins only. */
export function textWidth(text: string): number {
  return 0.58 * fontSize * text.length;
}

/** Ticks of a scale with a label each; a logarithmic scale leaves labels empty where they would crowd. */
export function labelledTicks(scale: AxisScale, count: number): { value: number; label: string }[] {
  // d3 writes 0.1 as "100m" on a logarithmic axis unless told otherwise.
  const format = 'base' in scale ? scale.tickFormat(count, '~g') : scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ value, label: format(value) }));
}

/** Title, axes with ticks and labels, horizontal grid lines, and the given marks, as one `<svg>` element. */
export function frame(options: FrameOptions): string {
  const { title, summary, width, height, margin, x, y, xLabel, yLabel, marks } = options;
  const [left, right, bottom] = [margin.left, width - margin.right, height - margin.bottom];
  const yTicks = labelledTicks(y, 5).map(({ value, label }) => {
    const at = y(value);
    const line = `<line x1="${left}" x2="${right}" y1="${coordinate(at)}" y2="${coordinate(at)}" stroke="${grid}"/>`;
    return line + (label === '' ? '' : svgText(left - 8, at + 4, label, { anchor: 'end' }));
  });
  const xTicks = labelledTicks(x, 7).map(({ value, label }) => {
    const at = coordinate(x(value));
    const line = `<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}" stroke="${quiet}"/>`;
    return line + (label === '' ? '' : svgText(x(value), bottom + 19, label, { anchor: 'middle' }));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'Liberation Sans', sans-serif" font-size="${fontSize}">
<title>${escapeHtml(title)}</title>
<desc>${escapeHtml(summary)}</desc>
${svgText(0, 16, title, { fill: ink, weight: 600 })}
${yLabel === '' ? '' : svgText(0, 36, yLabel)}
${yTicks.join('\n')}
${xTicks.join('\n')}
<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="${quiet}"/>
${svgText(right, height - 6, xLabel, { anchor: 'end' })}
${marks}
</svg>`;
}
