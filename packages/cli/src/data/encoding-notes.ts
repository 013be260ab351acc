import type { EncodingReport } from '@profit-sft/datasets';

/** What a person should know of how a data set was tokenised: how much there is, and what was left out or cut. */
export function encodingNotes(report: EncodingReport): string[] {
  const { rows, examples, tokens, targets, truncated, dropped, withoutTargets } = report;
  const count = (value: number): string => value.toLocaleString('en');
  const notes = [
    `${count(rows)} rows, ${count(examples)} sequences, ${count(tokens)} tokens, ${count(targets)} of them targets`,
  ];
  if (truncated > 0) notes.push(`${count(truncated)} sequences cut to the longest length`);
  if (dropped > 0) notes.push(`${count(dropped)} sequences dropped: too long, or no target left after the cut`);
  if (withoutTargets > 0) notes.push(`${count(withoutTargets)} sequences left out: no response tokens`);
  return notes;
}
