import { createHash } from 'node:crypto';
import { InvalidDataError, type Dataset, type Row } from '@profit-sft/core';
import { parseRow, RowProblem } from './parse-row.js';
import { rowList } from './row-list.js';

/**
 * A data set of rows that are in memory already. Throws `InvalidDataError` for what is no row and when there are none.
 *
 * @param name what error messages call it: row 3 is `name[3]`
 */
export function inlineDataset(rows: readonly Row[], name = 'inline'): Dataset {
  if (rows.length === 0) throw new InvalidDataError(name, 'holds no rows');
  const parsed = rows.map((row, index) => {
    try {
      return parseRow(row);
    } catch (cause) {
      if (!(cause instanceof RowProblem)) throw cause;
      throw new InvalidDataError(`${name}[${index}]`, cause.message, { cause });
    }
  });
  const fingerprint = createHash('sha256').update(JSON.stringify(parsed)).digest('hex');
  return rowList(parsed, (index) => `${name}[${index}]`, fingerprint);
}
