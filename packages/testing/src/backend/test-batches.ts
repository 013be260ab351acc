import { createRandom, type TokenBatch } from '@profit-sft/core';

/** How sequences are laid out: one behind the other in one row, or a row for each, padded at its end. */
export type BatchLayout = 'packed' | 'padded';

export interface BatchSettings {
  /** Padding columns beyond the longest row; default none. */
  readonly padding?: number;
  /** Tokens of each sequence, from its start, that are no targets; default only the first one, before which there is nothing. */
  readonly prompt?: number;
}

/** A batch of sequences in which every token behind the prompt is a target. */
export function batchOfSequences(
  sequences: readonly (readonly number[])[],
  layout: BatchLayout,
  { padding = 0, prompt = 1 }: BatchSettings = {},
): TokenBatch {
  return batchOfRows(layout === 'packed' ? [sequences] : sequences.map((sequence) => [sequence]), { padding, prompt });
}

/** A batch whose rows hold several sequences each, one behind the other. */
export function batchOfRows(
  rows: readonly (readonly (readonly number[])[])[],
  { padding = 0, prompt = 1 }: BatchSettings = {},
): TokenBatch {
  const columns = padding + Math.max(...rows.map((row) => row.reduce((sum, { length }) => sum + length, 0)));
  const [tokens, segments, positions] = [0, 1, 2].map(() => new Int32Array(rows.length * columns));
  const scored = { source: [] as number[], target: [] as number[], sequence: [] as number[], position: [] as number[] };
  let sequence = 0;
  rows.forEach((row, index) => {
    let start = index * columns;
    row.forEach((ids, segment) => {
      ids.forEach((id, place) => {
        tokens[start + place] = id;
        segments[start + place] = segment + 1;
        positions[start + place] = place;
        if (place < prompt) return;
        scored.source.push(start + place - 1);
        scored.target.push(id);
        scored.sequence.push(sequence);
        scored.position.push(place - prompt);
      });
      start += ids.length;
      sequence++;
    });
  });
  return {
    ...{ rows: rows.length, columns, tokens, segments, positions },
    scored: {
      length: scored.source.length,
      source: Int32Array.from(scored.source),
      target: Int32Array.from(scored.target),
      sequence: Int32Array.from(scored.sequence),
      position: Int32Array.from(scored.position),
    },
  };
}

/** Random sequences of these lengths; ids from 8 on, none of which ends a text. */
export function randomSequences(seed: number, lengths: readonly number[], vocabularySize = 61): number[][] {
  const random = createRandom(seed, 'test sequences');
  return lengths.map((length) => Array.from({ length }, () => 8 + random.integer(vocabularySize - 8)));
}

/** Two rows of two sequences and one, with padding: what most checks work on. */
export function testBatch(seed = 0): TokenBatch {
  const [a, b, c] = randomSequences(seed, [7, 5, 9]);
  return batchOfRows([[a, b], [c]], { padding: 1 });
}

/** Weights as rules give them: many 0, many 1, some between. */
export function testWeights({ scored }: TokenBatch, seed = 0): Float32Array {
  const random = createRandom(seed, 'test weights');
  return Float32Array.from({ length: scored.length }, () => [0, 1, 1, 0.5, 0.25][random.integer(5)]);
}
