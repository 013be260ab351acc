import type { AnnotationItem, Dataset, Row } from '@profit-sft/core';

/** One response of a data set: where it stands, what an annotator sees, and the row that a model scores. */
export interface DatasetResponse {
  readonly row: number;
  /** Which of the row's references. */
  readonly reference: number;
  readonly item: AnnotationItem;
  readonly scored: Row;
}

function responsesOf(row: Row, index: number): DatasetResponse[] {
  if ('references' in row) {
    const { prompt, references, labelledSpans } = row;
    return references.map((response, reference) => ({
      ...{ row: index, reference, scored: { prompt, completion: response } },
      item: {
        ...{ prompt, response, references: references.filter((_, other) => other !== reference) },
        ...(labelledSpans === undefined ? {} : { labelledSpans: labelledSpans[reference] }),
      },
    }));
  }
  if ('completion' in row) {
    const { prompt, completion: response } = row;
    return [{ row: index, reference: 0, item: { prompt, response, references: [] }, scored: row }];
  }
  if (!('messages' in row)) return [];
  const last = row.messages.findLastIndex(({ role }) => role === 'assistant');
  if (last < 0) return [];
  const messages = row.messages.slice(0, last + 1);
  const prompt = messages.slice(0, last).map(({ role, content }) => `${role}: ${content}`);
  const item = { prompt: prompt.join('\n\n'), response: messages[last].content, references: [] };
  return [{ row: index, reference: 0, item, scored: { messages } }];
}

/** Every response: each reference, completion, or last assistant turn. Rows without one give none. */
export function datasetResponses(dataset: Dataset): DatasetResponse[] {
  return Array.from({ length: dataset.length }, (_, index) => responsesOf(dataset.row(index), index)).flat();
}
