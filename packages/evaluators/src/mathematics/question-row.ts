import type { Json, Row } from '@profit-sft/core';

/** A row of a benchmark: a question with its reference answers, or why it is none. */
export type QuestionRow = { readonly question: string; readonly references: readonly string[] } | RowProblem;

export interface RowProblem {
  readonly problem: string;
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Reads a question with its answer: a completion, references, or the first of these columns among the prompt's metadata. */
export function readQuestion(row: Row, answerColumns: readonly string[]): QuestionRow {
  if (!('prompt' in row)) return { problem: 'is no prompt with an answer' };
  if (row.prompt.trim() === '') return { problem: 'has an empty prompt' };
  const metadata = 'metadata' in row ? row.metadata : undefined;
  const texts =
    'references' in row
      ? row.references
      : 'completion' in row
        ? [row.completion]
        : [answerColumns.map((column) => textOf(metadata?.[column])).find((text) => text !== undefined) ?? ''];
  const references = texts.filter((text) => text.trim() !== '');
  if (references.length === 0)
    return { problem: `has no answer: neither a completion nor ${answerColumns.join(', ')}` };
  return { question: row.prompt, references };
}
