import { InvalidDataError, type Dataset } from '@profit-sft/core';

/** The right answers of a row as text: its references, its completion, or its last assistant turn. */
export function referenceTexts(dataset: Dataset, index: number, evaluator: string): readonly string[] {
  const row = dataset.row(index);
  if ('references' in row) return row.references;
  if ('completion' in row) return [row.completion];
  if ('messages' in row) {
    const answer = row.messages.findLast(({ role }) => role === 'assistant');
    if (answer !== undefined) return [answer.content];
  }
  throw new InvalidDataError(
    dataset.origin(index),
    `has no reference answer to compare with; ${evaluator} needs rows of prompt and completion, prompt and references, or messages with an assistant turn`,
  );
}
