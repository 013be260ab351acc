import type { ReportData } from '../report-data.js';

/** One part of a report. */
export interface ReportSection {
  /** Its anchor. */
  readonly id: string;
  readonly title: string;
  /** A fragment of HTML; empty where the data has nothing for it. */
  html(data: ReportData): string;
}

/** A paragraph of explanation below a heading; `html` as it is. */
export function note(html: string): string {
  return `<p class="quiet">${html}</p>`;
}

/** Charts beside each other where there is room. */
export function chartGrid(charts: readonly string[]): string {
  return charts.length === 0
    ? ''
    : `<div class="charts">\n${charts.map((chart) => `<figure>${chart}</figure>`).join('\n')}\n</div>`;
}
