import type { ReportData, ReportRun, RunLabels } from './report-data.js';

/** Runs that differ in the axis of repeats alone. */
export interface RunGroup {
  readonly title: string;
  readonly labels: RunLabels;
  readonly runs: readonly ReportRun[];
}

export function withoutAxis(labels: RunLabels, axis: string | undefined): RunLabels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== axis));
}

/** `p > 0.1` where there is one axis, `rule profit, model small` where there are more. */
export function groupTitle(labels: RunLabels): string {
  const entries = Object.entries(labels);
  if (entries.length === 1) return String(entries[0][1]);
  return entries.map(([name, label]) => `${name} ${label}`).join(', ');
}

/** Groups in the order in which their first runs come. */
export function groupsOf(runs: readonly ReportRun[], { repeats }: Pick<ReportData, 'repeats'>): RunGroup[] {
  const groups = new Map<string, { labels: RunLabels; runs: ReportRun[] }>();
  for (const run of runs) {
    const labels = withoutAxis(run.labels, repeats);
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ title: groupTitle(group.labels), ...group }));
}

/** The groups that have learning curves: a colour each, the same in every chart. */
export function trainedGroups(data: ReportData): RunGroup[] {
  return groupsOf(
    data.runs.filter(({ events }) => events.some(({ type }) => type === 'step' || type === 'evaluation')),
    data,
  );
}
