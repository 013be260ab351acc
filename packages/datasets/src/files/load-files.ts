import { createHash } from 'node:crypto';
import { InvalidDataError, schema, type Dataset, type Row } from '@profit-sft/core';
import { eventLoopTurns } from '../event-loop-turns.js';
import { formatNames, readerFor, type FormatName } from '../formats/formats.js';
import { parseRow, RowProblem } from '../parse-row.js';
import { errorAt } from '../row-location.js';
import { rowList } from '../row-list.js';
import { groupRows } from './group-rows.js';
import { columnNames, pathsOf, rowColumnsSchema, selectColumns, valueAt, type RowColumns } from './row-columns.js';

/** The options that every data set of files has. */
export const fileOptions = {
  format: schema.optional(
    schema.oneOf(formatNames, { description: 'what the files are; default: by their extension, .gz left aside' }),
  ),
  key: schema.optional(schema.string({ description: 'for JSON: the key of the object that holds the list of rows' })),
  columns: schema.optional(rowColumnsSchema),
  groupBy: schema.optional(
    schema.string({ description: 'column by which rows of one answer each are joined into one of several references' }),
  ),
};

export interface LoadFilesOptions {
  readonly format?: FormatName;
  readonly key?: string;
  readonly columns?: RowColumns;
  readonly groupBy?: string;
}

/** The row that a record is. Throws {@link RowProblem}. */
function rowOf(value: unknown, columns: RowColumns | undefined): Row {
  return parseRow(columns === undefined ? value : selectColumns(value, columns));
}

function groupOf(value: unknown, groupBy: string): string {
  const group = valueAt(value, groupBy);
  if (typeof group === 'string') return group;
  if (typeof group === 'number' || typeof group === 'bigint') return String(group);
  throw new RowProblem(`has no text in "${groupBy}", the column of "groupBy"; its columns are ${columnNames(value)}`);
}

/**
 * The rows of files, one file after the other, in memory. The fingerprint is a hash of the rows: the same rows have the
 * same one in every format, and another mapping of columns has another one.
 *
 * @throws InvalidDataError with file and line or index for what cannot be read or is no row
 */
export async function loadFiles(files: readonly string[], options: LoadFilesOptions): Promise<Dataset> {
  const { format, key, columns, groupBy } = options;
  const paths = columns === undefined ? undefined : pathsOf(columns);
  const needed = paths === undefined || groupBy === undefined ? paths : [...paths, groupBy];
  const rows: Row[] = [];
  const origins: string[] = [];
  const groups = groupBy === undefined ? undefined : groupRows();
  const turn = eventLoopTurns();
  for (const file of files) {
    let records = 0;
    for await (const { value, origin } of readerFor(file, format)(file, { key, columns: needed })) {
      await turn();
      records++;
      try {
        const row = rowOf(value, columns);
        if (groups === undefined || groupBy === undefined) rows.push(row);
        else if (!groups.add(groupOf(value, groupBy), row)) continue;
        origins.push(origin);
      } catch (cause) {
        if (!(cause instanceof RowProblem)) throw cause;
        const hint = columns === undefined ? ' The option "columns" maps other columns.' : '';
        throw errorAt(origin, `${cause.message}${hint}`);
      }
    }
    if (records === 0) throw new InvalidDataError(file, 'is empty: it holds no rows');
  }
  const all = groups?.rows() ?? rows;
  const hash = createHash('sha256');
  for (const row of all) {
    await turn();
    hash.update(`${JSON.stringify(row)}\n`);
  }
  return rowList(all, (index) => origins[index], hash.digest('hex'));
}
