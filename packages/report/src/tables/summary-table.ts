import { escapeHtml } from '../html/escape.js';
import { shownNumber } from '../html/numbers.js';

export interface TableColumn {
  readonly title: string;
  /** Digits after the decimal point of the column's numbers; default up to 4 significant digits. */
  readonly digits?: number;
}

export type TableCell = string | number | null;

/** An HTML table. Numbers are right-aligned; `null` shows as a dash. The first column is the rows' heading. */
export function summaryTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  options: { readonly caption?: string } = {},
): string {
  const numeric = columns.map((_, column) => {
    const cells = rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== undefined);
    return cells.length > 0 && cells.every((cell) => typeof cell === 'number');
  });
  const attribute = (column: number): string => (numeric[column] ? ' class="number"' : '');
  const head = columns
    .map(({ title }, column) => `<th scope="col"${attribute(column)}>${escapeHtml(title)}</th>`)
    .join('');
  const body = rows.map((row) => {
    const cells = columns.map(({ digits }, column) => {
      const cell = row[column] ?? null;
      const text = cell === null ? '–' : typeof cell === 'number' ? shownNumber(cell, digits) : escapeHtml(cell);
      return column === 0 ? `<th scope="row"${attribute(0)}>${text}</th>` : `<td${attribute(column)}>${text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const caption = options.caption === undefined ? '' : `<caption>${escapeHtml(options.caption)}</caption>`;
  return `<div class="scroll"><table>${caption}<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}
