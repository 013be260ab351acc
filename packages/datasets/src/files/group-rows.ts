import type { Row } from '@profit-sft/core';
import { RowProblem } from '../parse-row.js';

type ReferenceRow = Extract<Row, { readonly references: readonly string[] }>;

/** A row's answers. Throws {@link RowProblem} for rows without a prompt, which cannot share one. */
function withReferences(row: Row): ReferenceRow {
  if ('references' in row) return row;
  if ('completion' in row) {
    const { completion, ...rest } = row;
    return { ...rest, references: [completion] };
  }
  throw new RowProblem('cannot be grouped: "groupBy" joins rows of prompt and completion or references');
}

/**
 * Joins rows that are one prompt with one answer each into one row with all of them, in the order of the file. A group is
 * where its first row was.
 */
export function groupRows() {
  const groups = new Map<string, { row: ReferenceRow; references: string[] }>();
  return {
    /** Whether the row begins a group. Throws {@link RowProblem} where a group's prompts differ. */
    add(key: string, row: Row): boolean {
      const added = withReferences(row);
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, { row: added, references: [...added.references] });
        return true;
      }
      if (group.row.prompt !== added.prompt) {
        throw new RowProblem(`has the same value of "groupBy" as an earlier row, but another prompt`);
      }
      group.references.push(...added.references);
      return false;
    },
    rows: (): Row[] => [...groups.values()].map(({ row, references }) => ({ ...row, references })),
  };
}
