import { join } from 'node:path';
import { writeFileAtomically } from '@profit-sft/durable-files';
import type { ComparedMetric, ResultsTable } from './results-table.js';

const shown = (value: number): string =>
  (Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : value.toPrecision(4)).replace('-', '−');

function cell({ mean, standardError, difference }: ComparedMetric): string {
  const own = standardError === undefined ? shown(mean) : `${shown(mean)} ± ${shown(standardError)}`;
  if (difference === undefined) return own;
  const { mean: by, lower, upper, correctedP } = difference;
  const sign = by < 0 ? '' : '+';
  // One repeat without items says nothing of what another would give.
  const certainty =
    lower === undefined || upper === undefined
      ? ''
      : `, ${shown(lower)} to ${shown(upper)}, p ${correctedP.toPrecision(2)}`;
  return `${own} (${sign}${shown(by)}${certainty})`;
}

/** The table's header and cells as text. */
export function tableText({ metrics, rows }: ResultsTable): { readonly head: string[]; readonly body: string[][] } {
  const axes = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))];
  return {
    head: [...axes, ...metrics],
    body: rows.map(({ labels, isBaseline, metrics: own }) => [
      ...axes.map((axis, index) => `${labels[axis] ?? ''}${index === 0 && isBaseline ? ' (baseline)' : ''}`),
      ...metrics.map((metric) => (own[metric] === undefined ? '' : cell(own[metric]))),
    ]),
  };
}

export function resultsMarkdown(table: ResultsTable): string {
  const { head, body } = tableText(table);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')}\n`;
}

/** One line per row and metric (RFC 4180). */
export function resultsCsv({ metrics, rows }: ResultsTable): string {
  const axes = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))];
  const head = ['metric', 'mean', 'standardError', 'count', 'difference', 'lower', 'upper', 'p', 'correctedP'];
  const quoted = (value: string | number | undefined): string => {
    const text = value === undefined ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const body = rows.flatMap(({ labels, metrics: own }) =>
    metrics
      .filter((metric) => own[metric] !== undefined)
      .map((metric) => {
        const { mean, standardError, count, difference: d } = own[metric];
        const cells = [metric, mean, standardError, count, d?.mean, d?.lower, d?.upper, d?.p, d?.correctedP];
        return [...axes.map((axis) => labels[axis]), ...cells];
      }),
  );
  return `${[[...axes, ...head], ...body].map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** `results.csv`, `results.json` and `results.md` in the ablation's directory. */
export function writeResults(root: string, table: ResultsTable): void {
  writeFileAtomically(join(root, 'results.csv'), resultsCsv(table));
  writeFileAtomically(join(root, 'results.json'), `${JSON.stringify(table, undefined, 2)}\n`);
  writeFileAtomically(join(root, 'results.md'), resultsMarkdown(table));
}
