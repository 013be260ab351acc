import type { BatchShape, TokenBatch } from '@profit-sft/core';

/** Steps that are looked at: an epoch of them, up to what takes no noticeable time. */
const mostSteps = 1000;

/** The largest micro-batch of a run's first steps, in each dimension of its own where they are not of one batch. */
export function largestBatch(batchesOf: (step: number) => readonly TokenBatch[], steps: number): BatchShape {
  let largest: BatchShape = { rows: 0, columns: 0, scored: 0 };
  for (let step = 1; step <= Math.min(steps, mostSteps); step++) {
    for (const { rows, columns, scored } of batchesOf(step)) {
      const longer = rows * columns > largest.rows * largest.columns;
      largest = {
        ...(longer ? { rows, columns } : { rows: largest.rows, columns: largest.columns }),
        scored: Math.max(largest.scored, scored.length),
      };
    }
  }
  return largest;
}
