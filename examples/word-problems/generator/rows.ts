import type { LabelledSpan } from '@profit-sft/core';
import type { Problem, Span } from './problem.js';

/** Equations and answers are what a solution is right by; behind the space that joins the text to the prompt. */
function labelled({ start, end, kind }: Span): LabelledSpan {
  return { start: start + 1, end: end + 1, label: kind === 'wording' ? 'trivial' : 'core' };
}

export interface ProblemRow {
  readonly prompt: string;
  readonly references: readonly string[];
  /** For each reference its characters by what they are for, known from how it was written. */
  readonly labelledSpans: readonly (readonly LabelledSpan[])[];
}

/** A problem as a row of a JSONL data file. The space joins the first word as it does in running text. */
export function toRow(problem: Problem): ProblemRow {
  return {
    prompt: problem.prompt,
    references: problem.references.map((reference) => ` ${reference.text}`),
    labelledSpans: problem.references.map((reference) => reference.spans.map(labelled)),
  };
}
