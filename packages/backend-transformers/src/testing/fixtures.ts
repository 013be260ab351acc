import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenBatch } from '@profit-sft/core';

/** One of the tiny PyTorch models. */
export function fixture(name: string): string {
  return join(fileURLToPath(new URL('../../../models/fixtures', import.meta.url)), name);
}

/** Real models and data that tests use where they are present; a fresh clone has none. */
export const sharedData =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

export const hasSharedData = existsSync(join(sharedData, 'models'));

export const unlessShared = hasSharedData ? '' : ' (skipped where PROFIT_TEST_DATA is absent)';

/**
 * A batch of rows of sequences behind each other, padded to the longest row; in each sequence the tokens are targets whose index
 * `isTarget` accepts.
 */
export function packedRows(
  rows: readonly (readonly (readonly number[])[])[],
  isTarget: (index: number) => boolean = (index) => index > 0,
): TokenBatch {
  const columns = Math.max(...rows.map((row) => row.flat().length));
  const tokens = new Int32Array(rows.length * columns);
  const segments = new Int32Array(rows.length * columns);
  const positions = new Int32Array(rows.length * columns);
  const scored: { source: number; target: number; sequence: number; position: number }[] = [];
  let sequence = 0;
  rows.forEach((row, rowIndex) => {
    let at = rowIndex * columns;
    row.forEach((ids, segment) => {
      let position = 0;
      ids.forEach((id, index) => {
        tokens[at] = id;
        segments[at] = segment + 1;
        positions[at] = index;
        if (isTarget(index)) scored.push({ source: at - 1, target: id, sequence, position: position++ });
        at++;
      });
      sequence++;
    });
  });
  const column = (name: keyof (typeof scored)[number]): Int32Array => Int32Array.from(scored, (token) => token[name]);
  return {
    ...{ rows: rows.length, columns, tokens, segments, positions },
    scored: {
      length: scored.length,
      source: column('source'),
      target: column('target'),
      sequence: column('sequence'),
      position: column('position'),
    },
  };
}
