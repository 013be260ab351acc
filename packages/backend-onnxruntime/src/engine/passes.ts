import type { ModelSignalName, PassOptions, TokenDistributions } from '@profit-sft/core';
import type { Value } from '../runtime/runtime.js';

/** Signals of the scored tokens, [scored] each. */
export type HeadSignalArrays = { readonly logProb: Float32Array } & {
  readonly [K in ModelSignalName | 'crossEntropy']?: Float32Array;
};

/** Scored tokens between the head's forward and backward pass. */
export interface HeadPass<V extends Value> {
  readonly signals: HeadSignalArrays;
  readonly reference: TokenDistributions | undefined;
  /**
   * Adds the gradient of Σ weights · (−log p), and of Σ coefficients · CE(q, p) where given, to the norm's and the head's
   * gradients. `weighted` lists the tokens that count; returns the gradients of their hidden states, [weighted, hiddenSize].
   */
  backward(weights: Float32Array, weighted: Int32Array, coefficients?: Float32Array): Promise<V>;
  release(): void;
}

/** The final norm and output head of a model, over last-layer states of scored tokens [scored, hiddenSize]. */
export interface Head<V extends Value> {
  /** The signals asked for, of each target; with `keep`, ready for its backward pass. */
  forward(
    hidden: V,
    target: Int32Array,
    keep: boolean,
    needs: readonly ModelSignalName[],
    options: PassOptions,
  ): Promise<HeadPass<V>>;
  /** Distributions over the vocabulary in pieces; holds states of its own. */
  distributions(hidden: V): Promise<TokenDistributions>;
  /** Logits [rows, vocabularySize] for hidden states [rows, hiddenSize]; valid until the next call. */
  logits(hidden: V): Promise<Float32Array>;
  release(): Promise<void>;
}

/** The rows of the embedding that tokens choose, and their gradient. */
export interface Embedding<V extends Value> {
  /** Writes the embedding of each token to `target` [tokens, hiddenSize]. */
  embed(tokens: Int32Array, target: V): Promise<void>;
  /** Adds the gradient [tokens, hiddenSize] of each token's row to the embedding's. */
  backward(tokens: Int32Array, gradient: V): Promise<void>;
  release(): Promise<void>;
}
