import type { Example, TokenBatch } from '@profit-sft/core';
import { placePacked, placeSingly, type RowGroup } from './place-rows.js';

export interface PackOptions {
  /** Most tokens of a micro-batch, padding included (rows × columns); a longer example has a micro-batch of its own. */
  readonly maxTokens: number;
  /** Put several sequences into a row; attention stays within each. */
  readonly packing: boolean;
  /**
   * Longest row with packing, in tokens; default 512. The cost of attention grows with its square. A longer example
   * has a row of its own.
   */
  readonly maxColumns?: number;
  /** Number of the first example among the sequences of the optimiser step; default 0. */
  readonly firstSequence?: number;
}

function fillBatch(examples: readonly Example[], group: RowGroup, firstSequence: number): TokenBatch {
  const { columns } = group;
  const rows = group.rows.length;
  const tokens = new Int32Array(rows * columns);
  const segments = new Int32Array(rows * columns);
  const positions = new Int32Array(rows * columns);
  const source: number[] = [];
  const target: number[] = [];
  const sequence: number[] = [];
  const position: number[] = [];
  group.rows.forEach(({ members }, row) => {
    let at = row * columns;
    members.forEach((index, segment) => {
      const example = examples[index];
      let scored = 0;
      for (let offset = 0; offset < example.tokens.length; offset++, at++) {
        tokens[at] = example.tokens[offset];
        segments[at] = segment + 1;
        positions[at] = offset;
        if (offset === 0 || example.target[offset] === 0) continue;
        source.push(at - 1);
        target.push(example.tokens[offset]);
        sequence.push(firstSequence + index);
        position.push(scored++);
      }
    });
  });
  return {
    rows,
    columns,
    tokens,
    segments,
    positions,
    scored: {
      length: source.length,
      source: Int32Array.from(source),
      target: Int32Array.from(target),
      sequence: Int32Array.from(sequence),
      position: Int32Array.from(position),
    },
  };
}

/**
 * Lays the examples of an optimiser step out as micro-batches. Every token of every example is in exactly one of them;
 * which rows and micro-batches they share is chosen for little padding and depends on the lengths alone.
 * `scored.sequence` is the index into `examples`, plus `firstSequence`.
 */
export function packExamples(examples: readonly Example[], options: PackOptions): TokenBatch[] {
  const { maxTokens, packing, maxColumns = 512, firstSequence = 0 } = options;
  for (const [name, value] of Object.entries({ maxTokens, maxColumns })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
  const lengths = examples.map(({ tokens, target }, index) => {
    if (tokens.length === 0) throw new RangeError(`example ${index} is empty`);
    if (target.length !== tokens.length) throw new RangeError(`example ${index} has targets of another length`);
    return tokens.length;
  });
  const groups = packing ? placePacked(lengths, maxTokens, maxColumns) : placeSingly(lengths, maxTokens);
  return groups.map((group) => fillBatch(examples, group, firstSequence));
}
