/**
 * Per-token quantities a rule may ask for. `logProb` is always there; the rest is computed only on request.
 *
 * Of the model that is trained: `logProb` … `mass`. Of a frozen reference model (`reference` in a configuration):
 * `referenceLogProb`, `referenceMass`. Of the model itself some steps ago: `previousLogProb`.
 */
export type SignalName = ModelSignalName | 'referenceLogProb' | 'referenceMass' | 'previousLogProb';

/** Signals that a model computes of itself. */
export type ModelSignalName =
  'logProb' | 'entropy' | 'topEntropy' | 'rank' | 'expectedRank' | 'maxProb' | 'sumSquaredProb' | 'mass';

export const modelSignalNames = [
  'logProb',
  'entropy',
  'topEntropy',
  'rank',
  'expectedRank',
  'maxProb',
  'sumSquaredProb',
  'mass',
] as const satisfies readonly ModelSignalName[];

export const signalNames = [
  ...modelSignalNames,
  'referenceLogProb',
  'referenceMass',
  'previousLogProb',
] as const satisfies readonly SignalName[];

/**
 * What a masking rule sees: parallel arrays over scored tokens, in order of sequence and position. They are those of one
 * micro-batch, or of the whole optimiser step for a rule of scope `step`. A scored token is a response token, i.e. one
 * that carries a target. Plain typed arrays: a rule needs no tensor library.
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
  /** Entropy −Σ_v p_v log p_v of the model's distribution over the vocabulary, nats. */
  readonly entropy?: Float32Array;
  /** Entropy of the K most probable tokens, their probabilities renormalised; K is the rule's `topK`. Nats. */
  readonly topEntropy?: Float32Array;
  /** 1 + the number of tokens more probable than the reference token. */
  readonly rank?: Float32Array;
  /** Σ_v rank(v) p_v: the rank to expect of a token drawn from the model. */
  readonly expectedRank?: Float32Array;
  /** max_v p_v */
  readonly maxProb?: Float32Array;
  /** Σ_v p_v² */
  readonly sumSquaredProb?: Float32Array;
  /** Σ p_v over the tokens v that are no more probable than the reference token, itself included. */
  readonly mass?: Float32Array;
  /** As `logProb`, of the frozen reference model. */
  readonly referenceLogProb?: Float32Array;
  /** As `mass`, of the frozen reference model. */
  readonly referenceMass?: Float32Array;
  /** As `logProb`, of the model as it was at the last refresh of the snapshot (the rule's `snapshotSteps`). */
  readonly previousLogProb?: Float32Array;
  /**
   * Cross-entropy −Σ_v q_v log p_v with the distribution q of the rule's `distributionTerm`, nats; there where the rule
   * has one. A rule does not need it: the trainer reports the objective with it.
   */
  readonly crossEntropy?: Float32Array;
}
