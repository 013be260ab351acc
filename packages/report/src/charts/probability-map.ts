import { scaleLinear, scalePoint } from 'd3-scale';
import { escapeHtml } from '../html/escape.js';
import { coordinate, svgText } from './frame.js';

export interface ProbabilityColumn {
  readonly step: number;
  /** Tokens in each of the bins of equal width over [0, 1], from p = 0. */
  readonly counts: readonly number[];
  /** Of these, those that are kept. */
  readonly kept: readonly number[];
}

export interface ProbabilityMapOptions {
  readonly title: string;
  /** In ascending order of step; at least one. */
  readonly columns: readonly ProbabilityColumn[];
  /** A horizontal line at this probability. */
  readonly threshold?: number;
  /** In CSS pixels. Default 400 × 250. */
  readonly width?: number;
  readonly height?: number;
}

/** Shades of the map; more could not be told apart. */
const shades = 12;
const ink = 'var(--ink, #1b1f24)';
const heat = 'var(--heat, #08519c)';

/**
 * A histogram of probabilities over training: a column for each step, a shade for the share of tokens in each bin (its square root, so that
 * small shares show). At the right the last column as bars: kept tokens filled, masked ones outlined.
 */
export function probabilityMap({
  title,
  columns,
  threshold,
  width = 400,
  height = 250,
}: ProbabilityMapOptions): string {
  const [left, top, bottom] = [34, 40, height - 40];
  const barsWidth = 72;
  const right = width - barsWidth - 14;
  const bins = columns[0].counts.length;
  const y = scaleLinear().domain([0, 1]).range([bottom, top]);
  const cell = (right - left) / columns.length;
  const row = (bottom - top) / bins;
  const shares = columns.map(({ counts }) => {
    const total = Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
    return counts.map((count) => count / total);
  });
  const most = Math.max(...shares.flat(), 1e-9);
  const paths = Array.from({ length: shades }, () => '');
  shares.forEach((column, index) =>
    column.forEach((share, bin) => {
      const shade = Math.ceil(Math.sqrt(share / most) * shades);
      if (shade === 0) return;
      const at = `M${coordinate(left + index * cell)},${coordinate(bottom - (bin + 1) * row)}`;
      paths[shade - 1] += `${at}h${coordinate(cell)}v${coordinate(row)}h${coordinate(-cell)}z`;
    }),
  );
  const map = paths.map((path, index) =>
    path === ''
      ? ''
      : `<path d="${path}" fill="${heat}" fill-opacity="${coordinate((index + 1) / shades)}" shape-rendering="crispEdges"/>`,
  );
  const last = columns[columns.length - 1];
  const longest = Math.max(1, ...last.counts);
  const from = right + 14;
  const bars = last.counts.map((count, bin) => {
    const own = ((count / longest) * barsWidth * 0.98) as number;
    const keptWidth = count === 0 ? 0 : (own * last.kept[bin]) / count;
    const place = `y="${coordinate(bottom - (bin + 1) * row + 0.75)}" height="${coordinate(row - 1.5)}"`;
    const said = `p ${coordinate(bin / bins)} to ${coordinate((bin + 1) / bins)}: ${count} tokens, ${last.kept[bin]} kept`;
    return `<g><title>${said}</title><rect x="${from}" ${place} width="${coordinate(own)}" fill="none" stroke="${heat}" stroke-width="0.75"/><rect x="${from}" ${place} width="${coordinate(keptWidth)}" fill="${heat}"/></g>`;
  });
  const ticks = [0, 0.5, 1].map((value) => svgText(left - 6, y(value) + 4, String(value), { anchor: 'end' }));
  const steps = scalePoint<number>()
    .domain(columns.map((_, index) => index))
    .range([left + cell / 2, right - cell / 2]);
  const ends = [...new Set([0, columns.length - 1])].map((index) =>
    svgText(steps(index) ?? left, bottom + 16, String(columns[index].step), { anchor: 'middle' }),
  );
  const line =
    threshold === undefined
      ? ''
      : `<line x1="${left}" x2="${width}" y1="${coordinate(y(threshold))}" y2="${coordinate(y(threshold))}" stroke="var(--series-2, #c24e00)" stroke-width="1.5" stroke-dasharray="4 3"/>${svgText(width, y(threshold) - 4, `τ = ${threshold}`, { anchor: 'end', fill: 'var(--series-2, #c24e00)' })}`;
  const total = last.counts.reduce((sum, count) => sum + count, 0);
  const kept = last.kept.reduce((sum, count) => sum + count, 0);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 ${width} ${height}" font-family="system-ui, 'Liberation Sans', sans-serif" font-size="12">
<title>${escapeHtml(title)}</title>
<desc>Probabilities of ${total} tokens in ${bins} bins at ${columns.length} steps from ${columns[0].step} to ${last.step}; at the last ${kept} are kept.</desc>
${svgText(0, 16, title, { fill: ink, weight: 600 })}
${svgText(0, 32, 'p')}${svgText(width, 32, `step ${last.step}`, { anchor: 'end' })}
${map.join('')}
<rect x="${left}" y="${top}" width="${coordinate(right - left)}" height="${coordinate(bottom - top)}" fill="none" stroke="var(--line, #d5d9de)"/>
${bars.join('')}
${ticks.join('')}${ends.join('')}
${svgText((left + right) / 2, height - 8, 'optimiser step', { anchor: 'middle' })}
${line}
</svg>`;
}
