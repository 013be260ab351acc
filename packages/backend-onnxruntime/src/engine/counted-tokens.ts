/** The tokens that count in a backward pass of the head. */
export interface CountedTokens {
  /** Each token's place among the scored ones, ascending. */
  readonly rows: Int32Array;
  /** Last-layer states, [tokens, hiddenSize]. */
  readonly hidden: Float32Array;
  readonly target: Int32Array;
  /** Of −log p. */
  readonly weights: Float32Array;
  readonly logProb: Float32Array;
}
