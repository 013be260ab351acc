import type { Graph, Tensor } from '../program/graph.js';
import { referenceArray, runReference } from '../reference/reference-runtime.js';

export interface Given {
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Runs the program that computes `result` from given values. */
export function evaluate(
  graph: Graph,
  result: Tensor,
  given: readonly Given[],
): { shape: readonly number[]; data: number[] } {
  const program = graph.program('evaluate', Object.fromEntries(given.map(({ tensor }, i) => [`x${i}`, tensor])), {
    result,
  });
  const values = Object.fromEntries(given.map(({ shape, data }, i) => [`x${i}`, referenceArray(shape, data)]));
  const output = runReference(program, values).result;
  return { shape: output.shape, data: [...output.data] };
}
