import { createHash } from 'node:crypto';
import {
  createRandom,
  datasetOption,
  defineDataset,
  InvalidConfigError,
  permutation,
  schema,
  type Dataset,
} from '@profit-sft/core';
import { RowProblem } from '../parse-row.js';
import { datasetError, rowError } from '../row-location.js';
import { rowList } from '../row-list.js';
import { chosenReferences, distinctReferences, type ReferenceRow } from './distinct-references.js';

/** A row that has enough references, and which of the inner data set's it is. */
interface FoundRow {
  readonly index: number;
  readonly row: ReferenceRow;
}

function rowsWithReferences(dataset: Dataset, atLeast: number): FoundRow[] {
  return Array.from({ length: dataset.length }, (_, index) => {
    try {
      return { index, row: distinctReferences(dataset.row(index)) };
    } catch (error) {
      if (error instanceof RowProblem) throw rowError(dataset, index, error.message, error);
      throw error;
    }
  }).filter(({ row }) => row.references.length >= atLeast);
}

/**
 * The rows of another data set that have at least so many different references, each with references [from, to) of them.
 *
 * For comparisons of how many references are trained on: the same rows with the first 1, 2, 3 … references, and those that none of these
 * have seen. References of a row that are the same text, white space at the ends aside, count once, as the first of them; `labelledSpans` stay
 * with their references. Rows keep their origins. The fingerprint is the SHA-256 of the rows.
 *
 * @throws InvalidConfigError where `to` is not above `from`, and for a `seed` without `count`
 * @throws InvalidDataError for a row without references, and when no row has enough
 */
export const referenceSlice = defineDataset({
  name: 'reference-slice',
  description: 'rows of another data set with enough references, and some of these references',
  source: 'ours',
  options: schema.object({
    of: datasetOption({ description: 'the data set: an object of its name and options' }),
    atLeast: schema.integer({
      minimum: 1,
      default: 1,
      description: 'fewest different references of a row; rows with fewer, or without any in the slice, are left out',
    }),
    from: schema.integer({ minimum: 0, default: 0, description: 'first reference that is kept, from 0' }),
    to: schema.optional(
      schema.integer({ minimum: 1, description: 'first reference that is no longer kept; default: all that follow' }),
    ),
    count: schema.optional(
      schema.integer({ minimum: 1, description: 'most rows: the first that have enough; default: all' }),
    ),
    seed: schema.optional(
      schema.integer({ description: 'draw the "count" rows at random with this seed instead of taking the first' }),
    ),
  }),
  create({ of, atLeast, from, to, count, seed }) {
    const issues = [
      ...(to !== undefined && to <= from ? [{ path: 'to', message: `must be above "from", which is ${from}` }] : []),
      ...(seed !== undefined && count === undefined ? [{ path: 'seed', message: 'goes with "count"' }] : []),
    ];
    if (issues.length > 0) throw new InvalidConfigError('data set "reference-slice"', issues);
    return {
      async load() {
        const dataset = await of.load();
        const needed = Math.max(atLeast, from + 1);
        const found = rowsWithReferences(dataset, needed);
        if (found.length === 0) throw datasetError(dataset, `no row has ${needed} different references`);
        const order =
          seed === undefined
            ? found
            : Array.from(permutation(found.length, createRandom(seed, 'reference-slice')), (index) => found[index]);
        const chosen = order.slice(0, count);
        const rows = chosen.map(({ row }) => chosenReferences(row, [...row.references.keys()].slice(from, to)));
        const fingerprint = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
        return rowList(rows, (position) => dataset.origin(chosen[position].index), fingerprint);
      },
    };
  },
});
