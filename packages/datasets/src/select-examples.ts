import { createRandom, type Example } from '@profit-sft/core';
import type { EncodedDataset } from './encode-dataset.js';

/** Which of a row's references an epoch trains on. */
export type ReferencePolicy = 'first' | 'random' | 'all' | 'rotate';

/**
 * The examples of one epoch, in the order of the rows.
 * - `first`: each row's first reference
 * - `random`: one drawn per row and epoch
 * - `all`: every reference, as an example of its own
 * - `rotate`: reference `epoch mod n` of a row with n
 *
 * @param epoch from 0
 */
export function selectExamples(
  encoded: EncodedDataset,
  policy: ReferencePolicy,
  epoch: number,
  seed: number,
): Example[] {
  if (policy === 'all') return encoded.rows.flat();
  return encoded.rows.map((examples) => {
    const count = examples.length;
    if (policy === 'first') return examples[0];
    if (policy === 'rotate') return examples[epoch % count];
    // By the row's own index: what it trains on must not depend on which other rows are usable.
    return examples[createRandom(seed, 'reference', epoch, examples[0].row).integer(count)];
  });
}
