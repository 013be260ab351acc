import { elementCount } from '../dimension/dimension.js';
import type { Tensor } from '../program/graph.js';
import { allOperations } from '../operations/all-operations.js';
import { add } from '../operations/elementwise.js';
import { constant } from '../operations/constant.js';
import { broadcastTo } from '../operations/reshape.js';

/**
 * Reverse-mode differentiation: adds to the graph the vector-Jacobian products of `outputs` (value and its cotangent,
 * of the same shape) with respect to each of `sources`. A source that no output depends on gets zeros.
 */
export function differentiate(outputs: readonly (readonly [Tensor, Tensor])[], sources: readonly Tensor[]): Tensor[] {
  const graph = (outputs[0]?.[0] ?? sources[0])?.graph;
  for (const tensor of [...outputs.flat(), ...sources]) {
    if (tensor.graph !== graph) throw new Error('differentiate: the values belong to several graphs');
    if (tensor.type !== 'float') {
      throw new Error(`differentiate: a value of type ${tensor.type} (${tensor.operation}) has no derivative`);
    }
  }
  const ancestors = new Map<number, Tensor>();
  const stack = outputs.map(([output]) => output);
  while (stack.length > 0) {
    const tensor = stack.pop() as Tensor;
    if (ancestors.has(tensor.id)) continue;
    ancestors.set(tensor.id, tensor);
    stack.push(...tensor.inputs);
  }
  const ordered = [...ancestors.values()].sort((a, b) => a.id - b.id);
  const isSource = new Set(sources.map((source) => source.id));
  // Values that depend on a source: only along these does a cotangent have to travel.
  const active = new Set<number>();
  for (const tensor of ordered) {
    if (isSource.has(tensor.id) || tensor.inputs.some((input) => active.has(input.id))) active.add(tensor.id);
  }

  const cotangents = new Map<number, Tensor>();
  const accumulate = (tensor: Tensor, cotangent: Tensor): void => {
    if (cotangent.shape.join() !== tensor.shape.join()) {
      throw new Error(
        `cotangent of ${tensor.operation} has shape [${cotangent.shape.join(', ')}], expected [${tensor.shape.join(', ')}]`,
      );
    }
    const known = cotangents.get(tensor.id);
    cotangents.set(tensor.id, known === undefined ? cotangent : add(known, cotangent));
  };
  for (const [output, cotangent] of outputs) accumulate(output, cotangent);

  for (const tensor of ordered.reverse()) {
    const cotangent = cotangents.get(tensor.id);
    if (cotangent === undefined || !active.has(tensor.id) || tensor.inputs.length === 0) continue;
    if (!tensor.inputs.some((input) => active.has(input.id))) continue;
    const operation = allOperations.get(tensor.operation);
    if (operation === undefined) throw new Error(`operation "${tensor.operation}" has no derivative`);
    operation.gradient(tensor, cotangent).forEach((contribution, i) => {
      const input = tensor.inputs[i];
      if (contribution !== undefined && active.has(input.id)) accumulate(input, contribution);
    });
  }
  return sources.map((source) => cotangents.get(source.id) ?? broadcastTo(constant(source.graph, 0), source.shape));
}

/** Gradient of a scalar (any shape of one element) with respect to each source. */
export function gradientOf(scalar: Tensor, sources: readonly Tensor[]): Tensor[] {
  if (elementCount(scalar.shape) !== 1) {
    throw new Error(`gradientOf: expected one element, got shape [${scalar.shape.join(', ')}]`);
  }
  const one = constant(scalar.graph, 1);
  return differentiate([[scalar, scalar.shape.length === 0 ? one : broadcastTo(one, scalar.shape)]], sources);
}
