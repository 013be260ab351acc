import type { LabelledSpan, Row } from '@profit-sft/core';
import { RowProblem } from '../parse-row.js';

export type ReferenceRow = Extract<Row, { readonly references: readonly string[] }>;

/**
 * A row's answers without repetitions: of equal texts, white space at the ends aside, the first. Throws {@link RowProblem} for a row
 * that has no prompt with answers.
 */
export function distinctReferences(row: Row): ReferenceRow {
  if ('completion' in row) {
    const { completion, ...rest } = row;
    return { ...rest, references: [completion] };
  }
  if (!('references' in row)) {
    throw new RowProblem('has no references: "reference-slice" takes rows of prompt and completion or references');
  }
  const seen = new Set<string>();
  const kept = [...row.references.keys()].filter((index) => {
    const text = row.references[index].trim();
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
  return chosenReferences(row, kept);
}

/** The row with these of its references, and their labels where there are any. */
export function chosenReferences(row: ReferenceRow, indices: readonly number[]): ReferenceRow {
  const { labelledSpans, ...rest } = row;
  const references = indices.map((index) => row.references[index]);
  const labels = (all: readonly (readonly LabelledSpan[])[]): readonly (readonly LabelledSpan[])[] =>
    indices.map((index) => all[index]);
  return { ...rest, references, ...(labelledSpans === undefined ? {} : { labelledSpans: labels(labelledSpans) }) };
}
