import { escapeHtml } from '../../html/escape.js';
import type { ReportRun } from '../report-data.js';
import { note, type ReportSection } from './report-section.js';

function environments(runs: readonly ReportRun[]): string {
  const counted = new Map<string, number>();
  for (const { environment, events } of runs) {
    const start = events.find(({ type }) => type === 'start');
    const runtime = start?.type === 'start' ? start.runtime : undefined;
    const text = [environment, runtime].filter((part) => part !== undefined).join('; ');
    if (text !== '') counted.set(text, (counted.get(text) ?? 0) + 1);
  }
  if (counted.size === 0) return '';
  const rows = [...counted].map(
    ([text, count]) => `<tr><th scope="row">${escapeHtml(text)}</th><td class="number">${count}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th scope="col">environment</th><th scope="col" class="number">runs</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** What the runs ran on, and the commands that repeat them. */
export const environmentSection: ReportSection = {
  id: 'environment',
  title: 'Environment and commands',
  html({ runs }) {
    const repeated = runs.filter(({ commands }) => commands.length > 0);
    const commands = repeated.map(
      ({ id, title, commands: own }) =>
        `<details id="commands-${escapeHtml(id)}"><summary>${escapeHtml(title)} <span class="quiet">${escapeHtml(id)}</span></summary><pre>${escapeHtml(own.join('\n'))}</pre></details>`,
    );
    const explained =
      repeated.length === 0
        ? ''
        : note(
            'The commands that repeat each run, for a POSIX shell, in the folder where <code>profit</code> was started.',
          );
    return `${environments(runs)}${explained}${commands.join('\n')}`;
  },
};
