/** Per-token quantities a rule may ask for. `logProb` is always there; the rest is computed only on request. */
export type SignalName = 'logProb';

/**
 * What a masking rule sees: parallel arrays over the scored tokens of one micro-batch, in order of sequence and
 * position. A scored token is a response token, i.e. one that carries a target. Plain typed arrays: a rule needs no
 * tensor library.
 */
export interface TokenSignals {
  /** Number of scored tokens; the length of every array. */
  readonly length: number;
  /** Natural log of the probability π_θ(y_t | x, y_<t) that the current model gives the reference token. */
  readonly logProb: Float32Array;
  /** Which sequence of the optimiser step the token belongs to. */
  readonly sequence: Int32Array;
  /** Index of the token among the scored tokens of its sequence, from 0. */
  readonly position: Int32Array;
  /** The reference token's id. */
  readonly tokenId: Int32Array;
}
