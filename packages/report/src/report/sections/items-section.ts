import { embedJson, escapeHtml } from '../../html/escape.js';
import { itemComparisons } from '../item-data.js';
import { note, type ReportSection } from './report-section.js';

/** Which items one run or group of runs gets right and another does not; two choices and a filter. */
export const itemsSection: ReportSection = {
  id: 'items',
  title: 'Differences by item',
  html(data) {
    const comparisons = itemComparisons(data);
    if (comparisons === undefined) return '';
    const { groups, evaluations, runs } = comparisons;
    const baseline = data.table?.rows.find(({ isBaseline }) => isBaseline);
    const of = (index: number): number[] =>
      evaluations[0].byRun.map(({ run }) => run).filter((run) => groups[index].runs.includes(run));
    const usable = groups.map((_, index) => index).filter((index) => of(index).length > 0);
    const isBaseline = (index: number): boolean =>
      baseline !== undefined && groups[index].runs.some((run) => sameGroup(data.runs[run].labels, baseline.labels));
    const second = usable.find(isBaseline) ?? usable[0];
    // The model before training is the least interesting of what may be compared.
    const first = usable.findLast((index) => index !== second) ?? second;
    const option = (value: string, title: string, chosen: boolean): string =>
      `<option value="${escapeHtml(value)}"${chosen ? ' selected' : ''}>${escapeHtml(title)}</option>`;
    const options = (chosen: number): string => {
      const ofGroups = groups.map(({ title, runs: own }, index) =>
        option(`group:${title}`, own.length > 1 ? `${title} (${own.length} runs)` : title, index === chosen),
      );
      const single = groups.some(({ runs: own }) => own.length > 1)
        ? `<optgroup label="single runs">${runs.map(({ id, title }) => option(`run:${id}`, title, false)).join('')}</optgroup>`
        : '';
      return `<optgroup label="groups">${ofGroups.join('')}</optgroup>${single}`;
    };
    const evaluationOptions = evaluations.map(({ name }) => option(name, name, false));
    return `${note('Runs answer the same items. Of a group, an item’s value is the mean over its runs.')}
<div class="item-differences" data-item-differences>
<script type="application/json">${embedJson(comparisons)}</script>
<div class="controls" role="group" aria-label="What is compared">
<label${evaluations.length === 1 ? ' hidden' : ''}>evaluation <select id="items-evaluation">${evaluationOptions.join('')}</select></label>
<label>A <select id="items-first">${options(first)}</select></label>
<label>B <select id="items-second">${options(second)}</select></label>
<label>show <select id="items-filter"></select></label>
</div>
<div class="item-summary" aria-live="polite" id="items-summary"></div>
<ol class="items" id="items-list"></ol>
<button type="button" id="items-more" hidden>show more</button>
<noscript><p>Choosing runs needs scripts, which this page carries itself.</p></noscript>
</div>`;
  },
};

function sameGroup(labels: Readonly<Record<string, unknown>>, group: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(group).every(([axis, label]) => labels[axis] === label);
}
