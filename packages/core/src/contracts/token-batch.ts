/**
 * One micro-batch for the engine: `rows` × `columns` tokens, each row a concatenation of sequences without padding
 * between them (padding only at a row's end). Tokens attend only to earlier tokens with the same segment number in the
 * same row, so that packed and unpacked sequences give the same result.
 */
export interface TokenBatch {
  readonly rows: number;
  readonly columns: number;
  /** Token ids, row-major, `rows × columns`; 0 where padded. */
  readonly tokens: Int32Array;
  /** Segment number within the row, from 1; 0 where padded. */
  readonly segments: Int32Array;
  /** Position within the segment, from 0. */
  readonly positions: Int32Array;
  /** The scored tokens, in ascending order of `source`. */
  readonly scored: ScoredTokens;
}

/** Parallel arrays over the tokens that carry a target. */
export interface ScoredTokens {
  readonly length: number;
  /** Flat index (row × columns + column) of the token *before* the target: the hidden state that predicts it. */
  readonly source: Int32Array;
  /** The reference token's id. */
  readonly target: Int32Array;
  /** Which sequence of the optimiser step the target belongs to. */
  readonly sequence: Int32Array;
  /** Index of the target among the scored tokens of its sequence, from 0. */
  readonly position: Int32Array;
}
