import type { Tensor } from './graph.js';
import type { ReferenceArray } from '../reference/reference-array.js';

/**
 * One operation of the language: how it is differentiated and what it computes. Shape and type checks are in the
 * function that builds it, beside this in `operations/`.
 */
export interface Operation {
  readonly name: string;
  /**
   * Reverse-mode rule: cotangents of the inputs from that of the result, as further values of the graph; `undefined`
   * for inputs without one (indices, conditions).
   */
  gradient(node: Tensor, cotangent: Tensor): readonly (Tensor | undefined)[];
  /** Float64 meaning of the operation, by the plainest loops; `shape` is the result's. */
  evaluate(inputs: readonly ReferenceArray[], node: EvaluatedNode): Float64Array;
}

/** What `evaluate` knows of its node: all sizes are numbers. */
export interface EvaluatedNode {
  readonly shape: readonly number[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Value of a dimension under the run's symbols. */
  size(dimension: number | string): number;
}
