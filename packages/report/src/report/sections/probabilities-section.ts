import type { ProbabilityCounts, RunEvent } from '@profit-sft/core';
import { probabilityMap, type ProbabilityColumn } from '../../charts/probability-map.js';
import { trainedGroups, type RunGroup } from '../groups.js';
import { spreadIndices } from '../spread-indices.js';
import { sweptRule } from '../swept-rule.js';
import { chartGrid, note, type ReportSection } from './report-section.js';

/** Columns of one map. */
const mostColumns = 24;

type Counted = ProbabilityCounts & { readonly step: number };

/** Logs of before these counts were recorded have none. */
function counted(events: readonly RunEvent[], type: 'step' | 'evaluation'): Counted[] {
  return events.flatMap((event) =>
    event.type === type && Array.isArray(event.probabilityCounts) && Array.isArray(event.keptCounts) ? [event] : [],
  );
}

function columnsOf({ runs }: RunGroup): ProbabilityColumn[] {
  const evaluated = runs.some(({ events }) => counted(events, 'evaluation').length > 0);
  const bySteps = new Map<number, { counts: number[]; kept: number[] }>();
  for (const { events } of runs) {
    for (const { step, probabilityCounts, keptCounts } of counted(events, evaluated ? 'evaluation' : 'step')) {
      const own = bySteps.get(step);
      bySteps.set(step, {
        counts: probabilityCounts.map((count, bin) => count + (own?.counts[bin] ?? 0)),
        kept: keptCounts.map((count, bin) => count + (own?.kept[bin] ?? 0)),
      });
    }
  }
  const steps = [...bySteps.keys()].sort((a, b) => a - b);
  return spreadIndices(steps.length, mostColumns).map((index) => ({
    step: steps[index],
    ...(bySteps.get(steps[index]) as { counts: number[]; kept: number[] }),
  }));
}

/** A histogram of p over training for each group. */
export const probabilitiesSection: ReportSection = {
  id: 'probabilities',
  title: 'Probabilities over training',
  html(data) {
    const charts = trainedGroups(data).flatMap((group) => {
      const columns = columnsOf(group);
      if (columns.length === 0) return [];
      const threshold = sweptRule(group.runs[0].rule)?.threshold;
      return [probabilityMap({ title: group.title, columns, ...(threshold === undefined ? {} : { threshold }) })];
    });
    if (charts.length === 0) return '';
    return `${note(
      'How probable the model finds the reference tokens of the held-out data (where there is none: of the training data), all repeats together. The stronger the colour, the larger the share of tokens in a bin (its square root). Bars at the right: the last column, kept tokens filled, masked ones outlined.',
    )}${chartGrid(charts).replace('class="charts"', 'class="charts small"')}`;
  },
};
