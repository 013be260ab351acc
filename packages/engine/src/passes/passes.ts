import type { ModelSignalName, PassOptions, TokenBatch, TokenDistributions } from '@profit-sft/core';
import type { PassBudget } from './pass-budget.js';
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
   * gradients, where they are not frozen. `weighted` lists the tokens that count; returns the gradients of their hidden states, [weighted, hiddenSize].
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
    budget: PassBudget,
  ): Promise<HeadPass<V>>;
  /** Distributions over the vocabulary in pieces; holds states of its own. */
  distributions(hidden: V): Promise<TokenDistributions>;
  /** Logits [rows, vocabularySize] for hidden states [rows, hiddenSize]; valid until the next call. */
  logits(hidden: V): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Tokens by id and by position in their sequence. */
export type PlacedTokens = Pick<TokenBatch, 'tokens' | 'positions'>;

/** The rows of the embedding that tokens choose (and those of learned positions), and their gradient. */
export interface Embedding<V extends Value> {
  /** Writes the embedding of each token to `target` [tokens, hiddenSize]. */
  embed(placed: PlacedTokens, target: V): Promise<void>;
  /** Adds the gradient [tokens, hiddenSize] of each token's rows to the embedding's; never called where it is frozen. */
  backward(placed: PlacedTokens, gradient: V): Promise<void>;
  release(): Promise<void>;
}

/** A layer that is due. */
export interface DueLayer<V extends Value> {
  readonly index: number;
  /** The layer's input, [tokens, hiddenSize]. */
  readonly hidden: V;
  /** For the last layer: the tokens whose output is wanted. */
  readonly rows: Int32Array | undefined;
  /** Whether its products are kept for the backward pass. */
  readonly keeping: boolean;
}

/** The passes of a batch through each layer. */
export interface LayerPasses<V extends Value> {
  /** Writes the layer's output, [tokens or rows, hiddenSize]. */
  forward(layer: DueLayer<V>, output: V): Promise<void>;
  /**
   * outputGradient [tokens or rows, hiddenSize] → hiddenGradient [tokens, hiddenSize], which is not given where nothing below the
   * layer is trained; adds to the gradients of what is trained.
   */
  backward(layer: DueLayer<V>, outputGradient: V, hiddenGradient: V | undefined): Promise<void>;
  /** Lets go of what was prepared for the batch. */
  release(): void;
}

/** A model's layers in training. */
export interface TrainedLayers<V extends Value> {
  /** What all layers take from a batch, made once. `training`: with dropout, where the model has it. */
  prepare(batch: TokenBatch, training: boolean): LayerPasses<V>;
  /** Bytes of a layer's products where they are kept for so many tokens. */
  keptBytes(tokens: number, index: number): number;
  release(): Promise<void>;
}
