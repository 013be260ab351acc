import { escapeHtml } from '../../html/escape.js';
import { meaningfulDigits, shownMean, shownNumber, shownP } from '../../html/numbers.js';
import type { ReportMetric, ReportTable } from '../report-data.js';
import { note, type ReportSection } from './report-section.js';

function shownDifference({ mean, lower, upper }: NonNullable<ReportMetric['difference']>): string {
  const sign = mean >= 0 ? '+' : '';
  if (lower === undefined || upper === undefined) return `${sign}${shownNumber(mean)}`;
  const digits = meaningfulDigits(upper - lower);
  return `${sign}${shownNumber(mean, digits)} [${shownNumber(lower, digits)}, ${shownNumber(upper, digits)}]`;
}

function hasDifferences({ rows }: ReportTable, metric: string): boolean {
  return rows.some(({ metrics }) => metrics[metric]?.difference !== undefined);
}

function cells(metric: ReportMetric | undefined, compared: boolean): string {
  const cell = (text: string, strong = false): string =>
    `<td class="number">${strong ? `<strong>${text}</strong>` : text}</td>`;
  const mean = cell(metric === undefined ? '–' : shownMean(metric.mean, metric.standardError));
  if (!compared) return mean;
  const difference = metric?.difference;
  if (difference === undefined) return `${mean}${cell('–')}${cell('–')}`;
  const { correctedP } = difference;
  return `${mean}${cell(shownDifference(difference))}${cell(escapeHtml(shownP(correctedP)), correctedP < 0.05)}`;
}

/** The table of means, differences from the baseline and corrected p. */
export const resultsSection: ReportSection = {
  id: 'results',
  title: 'Results',
  html({ table, repeats }) {
    if (table === undefined || table.rows.length === 0) return '';
    const axes = [...new Set(table.rows.flatMap(({ labels }) => Object.keys(labels)))];
    const metrics = table.metrics.map((name) => ({ name, compared: hasDifferences(table, name) }));
    const counts = table.rows.map(({ metrics: own }) => Math.max(0, ...Object.values(own).map(({ count }) => count)));
    const head = axes.map((axis) => `<th scope="col" rowspan="2">${escapeHtml(axis)}</th>`);
    const top = metrics.map(
      ({ name, compared }) =>
        `<th scope="colgroup" class="group" colspan="${compared ? 3 : 1}">${escapeHtml(name)}</th>`,
    );
    const below = metrics.map(
      ({ compared }) =>
        `<th scope="col" class="number">mean ± SE</th>${compared ? '<th scope="col" class="number">difference [95 %]</th><th scope="col" class="number">p</th>' : ''}`,
    );
    const rows = table.rows.map(({ labels, isBaseline, metrics: own }, index) => {
      const names = axes.map((axis, at) => {
        const text = escapeHtml(String(labels[axis] ?? ''));
        return at === 0
          ? `<th scope="row">${text}${isBaseline ? ' <span class="tag">baseline</span>' : ''}</th>`
          : `<td>${text}</td>`;
      });
      const values = metrics.map(({ name, compared }) => cells(own[name], compared));
      return `<tr${isBaseline ? ' class="baseline"' : ''}>${names.join('')}<td class="number">${counts[index]}</td>${values.join('')}</tr>`;
    });
    const over = repeats === undefined ? '' : ` over ${escapeHtml(repeats)}`;
    const explained = metrics.some(({ compared }) => compared)
      ? ` Difference from the baseline, paired${over} and, where an evaluation has items, by item: bootstrap over both; without items Student’s t. Brackets hold 95 % intervals. p is two-sided and corrected for all comparisons of its metric (Holm); below 0.05 it is bold.`
      : '';
    return `${note(`Mean ± standard error of the mean${over}.${explained}`)}
<div class="scroll table" tabindex="0" role="region" aria-label="Table of results" id="results-table"><table>
<thead><tr>${head.join('')}<th scope="col" rowspan="2" class="number">runs</th>${top.join('')}</tr>
<tr>${below.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div>`;
  },
};
