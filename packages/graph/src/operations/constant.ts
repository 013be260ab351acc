import type { Dimension } from '../dimension/dimension.js';
import type { Graph, Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';

/** A finite scalar constant; broadcasts. Programs are JSON, which has neither infinities nor NaN nor −0. */
export function constant(graph: Graph, value: number): Tensor {
  if (!Number.isFinite(value)) throw new Error(`constant: ${value} is not finite`);
  return graph.apply('constant', { type: 'float', shape: [] }, [], { value: value + 0 });
}

/** 0, 1, …, size − 1 as floats, [size]: places along an axis, exact below 2²⁴. */
export function range(graph: Graph, size: Dimension): Tensor {
  return graph.apply('range', { type: 'float', shape: [size] }, [], {});
}

export const constantOperations: readonly Operation[] = [
  {
    name: 'constant',
    gradient: () => [],
    evaluate: (_inputs, node) => Float64Array.of(node.attributes.value as number),
  },
  {
    name: 'range',
    gradient: () => [],
    evaluate: (_inputs, node) => Float64Array.from({ length: node.shape[0] }, (_, place) => place),
  },
];
