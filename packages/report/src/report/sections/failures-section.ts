import { escapeHtml } from '../../html/escape.js';
import type { ReportSection } from './report-section.js';

/** What failed, with its message, and the warnings of all runs. */
export const failuresSection: ReportSection = {
  id: 'failures',
  title: 'Failures and warnings',
  html({ runs }) {
    const failed = runs
      .filter(({ status }) => status === 'failed')
      .map(
        ({ title, note }) => `<h3>${escapeHtml(title)}</h3><pre>${escapeHtml(note ?? 'no reason is recorded')}</pre>`,
      );
    const warnings = new Map<string, string[]>();
    for (const { title, events } of runs) {
      for (const event of events) {
        if (event.type === 'warning') warnings.set(event.message, [...(warnings.get(event.message) ?? []), title]);
      }
    }
    const warned = [...warnings].map(([message, titles]) => {
      const names = [...new Set(titles)];
      const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
      return `<li>${escapeHtml(message)} <span class="quiet">(${escapeHtml(shown.join('; '))})</span></li>`;
    });
    return `${failed.join('\n')}${warned.length === 0 ? '' : `<ul>${warned.join('\n')}</ul>`}`;
  },
};
