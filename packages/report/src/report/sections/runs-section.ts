import { escapeHtml } from '../../html/escape.js';
import { shownNumber } from '../../html/numbers.js';
import type { ReportData, ReportRun, RunStatus } from '../report-data.js';
import { runProgress } from '../run-progress.js';
import type { ReportSection } from './report-section.js';

const statuses: readonly RunStatus[] = ['running', 'waiting', 'stopped', 'failed', 'finished'];

/** `42 s`, `3:07`, `1:02:03` */
function shownDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours === 0 ? `${minutes}:${two(rest)}` : `${hours}:${two(minutes)}:${two(rest)}`;
}

function runRow(run: ReportRun): string {
  const progress = runProgress(run);
  const number = (value: number | undefined, digits?: number): string =>
    value === undefined ? '–' : shownNumber(value, digits);
  const bar =
    progress === undefined
      ? '–'
      : `<progress value="${progress.step}" max="${progress.totalSteps}" aria-label="steps of ${escapeHtml(run.title)}"></progress> ${progress.step} / ${progress.totalSteps}`;
  const running = run.status === 'running';
  const cells = [
    `<td><span class="status ${run.status}">${run.status}</span>${run.note === undefined ? '' : `<br><span class="quiet">${escapeHtml(run.note.length > 200 ? `${run.note.slice(0, 200)}…` : run.note)}</span>`}</td>`,
    `<td class="steps">${bar}</td>`,
    `<td class="number">${running && progress?.secondsLeft !== undefined ? shownDuration(progress.secondsLeft) : '–'}</td>`,
    `<td class="number">${number(progress?.tokensPerSecond, 0)}</td>`,
    `<td class="number">${number(progress?.trainNll)}</td>`,
    `<td class="number">${number(progress?.evalNll)}</td>`,
  ];
  return `<tr><th scope="row">${escapeHtml(run.title)}</th>${cells.join('')}</tr>`;
}

function counts(runs: readonly ReportRun[]): string {
  return statuses
    .map((status) => ({ status, count: runs.filter((run) => run.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `<span class="status ${status}">${count} ${status}</span>`)
    .join(' ');
}

function table(runs: readonly ReportRun[], id: string): string {
  const head = ['status', 'steps', 'time left', 'tokens/s', 'training NLL', 'held-out NLL'];
  const columns = head.map((title, index) => `<th scope="col"${index < 2 ? '' : ' class="number"'}>${title}</th>`);
  return `<div class="scroll table" tabindex="0" role="region" aria-label="Table of runs" id="${id}"><table>
<thead><tr><th scope="col">run</th>${columns.join('')}</tr></thead>
<tbody>
${runs.map(runRow).join('\n')}
</tbody></table></div>`;
}

/** State and progress of every run; what is finished is folded. */
export const runsSection: ReportSection = {
  id: 'runs',
  title: 'Runs',
  html({ runs, missing }: ReportData) {
    const open = runs.filter(({ status }) => status !== 'finished');
    const finished = runs.filter(({ status }) => status === 'finished');
    const remarks =
      missing.length === 0
        ? ''
        : `<ul class="missing">${missing.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;
    const folded =
      finished.length === 0
        ? ''
        : `<details id="finished-runs"><summary>${finished.length} finished</summary>\n${table(finished, 'finished-runs-table')}\n</details>`;
    return `<p class="statuses">${counts(runs)}</p>${remarks}${open.length === 0 ? '' : table(open, 'open-runs-table')}${folded}`;
  },
};
