import { InvalidDataError, parseJson, type Row } from '@profit-sft/core';
import { parseRow, RowProblem } from '../../packages/datasets/src/parse-row.js';
import { textOf } from './write-input.js';

/** A row as data sets hand it to evaluators; a `metadata` of the input's is that of the row. */
export function readRows(input: Uint8Array): [Row] {
  try {
    const { metadata, ...value } = parseJson(textOf(input)) as Record<string, unknown>;
    return [parseRow(typeof metadata === 'object' ? { ...metadata, ...value } : value)];
  } catch (cause) {
    if (cause instanceof RowProblem || cause instanceof SyntaxError || cause instanceof TypeError) {
      throw new InvalidDataError('rows', cause.message, { cause });
    }
    throw cause;
  }
}
