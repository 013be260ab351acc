import type { ExportedModel } from '../model/exported-model.js';
import { groupSequences, type UnpackedSequence } from './unpack-batch.js';

/** Logits of scored tokens of one sequence that follow each other. */
export interface ScoredLogits {
  readonly sequence: UnpackedSequence;
  /** Index of the first among the scored tokens of the batch. */
  readonly first: number;
  readonly count: number;
  /** Logits of the token `first + index`, [vocabularySize]; valid during the visit. */
  row(index: number): Float32Array;
}

/** Runs sequences, padded on the right, and shows the logits of all their scored tokens. */
export async function visitLogits(
  model: ExportedModel,
  sequences: readonly UnpackedSequence[],
  visit: (scored: ScoredLogits) => void | Promise<void>,
): Promise<void> {
  for (const group of groupSequences(sequences, model.limits)) {
    const rows = group.length;
    const columns = Math.max(...group.map(({ tokens }) => tokens.length));
    const tokens = new Int32Array(rows * columns);
    const mask = new Uint8Array(rows * columns);
    group.forEach((sequence, row) => {
      tokens.set(sequence.tokens, row * columns);
      mask.fill(1, row * columns, row * columns + sequence.tokens.length);
    });
    await model.run({ rows, columns, tokens, mask }, async (piece) => {
      for (const [row, sequence] of group.entries()) {
        const { sources, firstScored } = sequence;
        const within = (source: number): boolean => source >= piece.from && source < piece.from + piece.columns;
        const skipped = sources.findIndex(within);
        if (skipped < 0) continue;
        await visit({
          sequence,
          first: firstScored + skipped,
          count: sources.filter(within).length,
          row: (index) => piece.row(row, sources[skipped + index] - piece.from),
        });
      }
    });
  }
}
