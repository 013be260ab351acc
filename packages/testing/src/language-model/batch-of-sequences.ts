import type { TokenBatch } from '@profit-sft/core';

/** A batch in which every token but each sequence's first is a target: all in one row, or a padded row each. */
export function batchOfSequences(sequences: readonly (readonly number[])[], layout: 'packed' | 'padded'): TokenBatch {
  const rows = layout === 'packed' ? 1 : sequences.length;
  const lengths = sequences.map((sequence) => sequence.length);
  const columns = layout === 'packed' ? lengths.reduce((a, b) => a + b, 0) : Math.max(...lengths);
  const tokens = new Int32Array(rows * columns);
  const segments = new Int32Array(rows * columns);
  const positions = new Int32Array(rows * columns);
  const source: number[] = [];
  const target: number[] = [];
  const sequence: number[] = [];
  const position: number[] = [];
  let packedStart = 0;
  sequences.forEach((ids, index) => {
    const start = layout === 'packed' ? packedStart : index * columns;
    packedStart += ids.length;
    ids.forEach((id, i) => {
      tokens[start + i] = id;
      segments[start + i] = layout === 'packed' ? index + 1 : 1;
      positions[start + i] = i;
      if (i === 0) return;
      source.push(start + i - 1);
      target.push(id);
      sequence.push(index);
      position.push(i - 1);
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
