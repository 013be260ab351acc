import type { CountedFigureSet, CountedFigures } from './counted-figures.js';

/** What got worse against the baseline, or is in only one of the two: one line each; empty where nothing did. */
export function worseFigures(baseline: CountedFigureSet, now: CountedFigureSet): string[] {
  const subjects = new Set([...Object.keys(baseline), ...Object.keys(now)]);
  return [...subjects].flatMap((subject) => {
    if (!Object.hasOwn(now, subject)) return [`${subject}: in the baseline, but no longer counted`];
    if (!Object.hasOwn(baseline, subject)) return [`${subject}: counted, but not in the baseline`];
    return worseOf(subject, baseline[subject], now[subject]);
  });
}

function worseOf(subject: string, before: CountedFigures, after: CountedFigures): string[] {
  const names = new Set([...Object.keys(before.figures), ...Object.keys(after.figures)]);
  return [...names].flatMap((name) => {
    const [old, own] = [before.figures[name], after.figures[name]];
    if (own <= old) return [];
    const operators = name === 'nodes' ? operatorChanges(before, after) : '';
    return [`${subject}: ${name} ${old ?? 'none'} → ${own ?? 'none'}${operators}`];
  });
}

function operatorChanges(
  { operators: before = {} }: CountedFigures,
  { operators: after = {} }: CountedFigures,
): string {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 0} → ${after[name] ?? 0}`);
  return changed.length === 0 ? '' : ` (${changed.join(', ')})`;
}
