import type { ReportRun } from './report-data.js';

/** A rule with one threshold on the probability: keeps what is above (`high`), or what is not (`low`). */
export interface SweptRule {
  readonly threshold: number;
  readonly direction: 'high' | 'low';
}

/** What a run's rule is in a sweep over τ; undefined where it has no single threshold or keeps tokens at random. */
export function sweptRule(rule: ReportRun['rule']): SweptRule | undefined {
  if (rule?.name !== 'profit') return undefined;
  const { threshold = 0.1, direction = 'high' } = rule;
  if (typeof threshold !== 'number' || (direction !== 'high' && direction !== 'low')) return undefined;
  return { threshold, direction };
}
