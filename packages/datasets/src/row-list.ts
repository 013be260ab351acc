import type { Dataset, Row } from '@profit-sft/core';

/** A data set of rows in memory. */
export function rowList(rows: readonly Row[], origin: (index: number) => string, fingerprint: string): Dataset {
  return {
    length: rows.length,
    fingerprint,
    row(index) {
      if (!Number.isInteger(index) || index < 0 || index >= rows.length) {
        throw new RangeError(`row ${index} of a data set of ${rows.length}`);
      }
      return rows[index];
    },
    origin,
  };
}
