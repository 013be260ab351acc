import { createRandom, type Random } from '@profit-sft/core';
import { differentiate } from '../differentiate/differentiate.js';
import { evaluateDimension, type Shape } from '../dimension/dimension.js';
import { Graph, type Tensor } from '../program/graph.js';
import type { Program } from '../program/program.js';
import { referenceArray, runReference } from '../reference/reference-runtime.js';
import type { ReferenceArray } from '../reference/reference-array.js';

/** One input of a derivative check: random floats in `range`, or given ints or bools, which are not differentiated. */
export type CheckedInput =
  | { readonly shape: Shape; readonly range?: readonly [number, number] }
  | { readonly shape: Shape; readonly type: 'int' | 'bool'; readonly data: readonly number[] };

export interface DerivativeCase {
  readonly inputs: Readonly<Record<string, CheckedInput>>;
  readonly symbols?: Readonly<Record<string, number>>;
  readonly build: (inputs: Readonly<Record<string, Tensor>>, graph: Graph) => Tensor;
}

export interface DerivativeError {
  /** Largest difference from the central difference, relative to the largest central difference of the input. */
  readonly relative: number;
  /** The largest central difference: 0 would mean that the check could not fail. */
  readonly scale: number;
}

export interface DerivativeCheck {
  readonly forward: Program;
  readonly backward: Program;
  readonly errors: Readonly<Record<string, DerivativeError>>;
}

function randomArray(shape: readonly number[], [low, high]: readonly [number, number], random: Random): ReferenceArray {
  const count = shape.reduce((product, size) => product * size, 1);
  return referenceArray(
    shape,
    Array.from({ length: count }, () => low + (high - low) * random.next()),
  );
}

/**
 * Compares reverse-mode derivatives of Σ result · cotangent, for a random cotangent, with central finite differences of
 * the forward program, both in float64.
 */
export function checkDerivative(name: string, checked: DerivativeCase): DerivativeCheck {
  const random = createRandom(1, 'derivative', name);
  const symbols = new Map(Object.entries(checked.symbols ?? {}));
  const graph = new Graph();
  const tensors: Record<string, Tensor> = {};
  const values: Record<string, ReferenceArray> = {};
  const sources: string[] = [];
  for (const [key, input] of Object.entries(checked.inputs)) {
    const shape = input.shape.map((dimension) => evaluateDimension(dimension, symbols));
    if ('type' in input) {
      tensors[key] = graph.input(input.type, input.shape);
      values[key] = referenceArray(shape, input.data);
    } else {
      tensors[key] = graph.input('float', input.shape);
      values[key] = randomArray(shape, input.range ?? [-1.5, 1.5], random);
      sources.push(key);
    }
  }
  const result = checked.build(tensors, graph);
  const forward = graph.program(`${name} forward`, tensors, { result });
  const resultShape = runReference(forward, values).result.shape;
  const cotangent = randomArray(resultShape, [-1, 1], random);
  const given = graph.input('float', result.shape);
  const gradients = differentiate(
    [[result, given]],
    sources.map((key) => tensors[key]),
  );
  const backward = graph.program(
    `${name} backward`,
    { ...tensors, cotangent: given },
    Object.fromEntries(sources.map((key, i) => [key, gradients[i]])),
  );
  const analytic = runReference(backward, { ...values, cotangent });

  const objective = (changed: Record<string, ReferenceArray>): number =>
    runReference(forward, changed).result.data.reduce((sum, value, i) => sum + value * cotangent.data[i], 0);
  const errors: Record<string, DerivativeError> = {};
  for (const key of sources) {
    let difference = 0;
    let scale = 0;
    values[key].data.forEach((value, i) => {
      const step = 1e-5;
      const [above, below] = [step, -step].map((shift) => {
        const data = values[key].data.slice();
        data[i] = value + shift;
        return objective({ ...values, [key]: { shape: values[key].shape, data } });
      });
      const numeric = (above - below) / (2 * step);
      difference = Math.max(difference, Math.abs(numeric - analytic[key].data[i]));
      scale = Math.max(scale, Math.abs(numeric));
    });
    if (analytic[key].data.length !== values[key].data.length) throw new Error(`gradient of ${key} has another size`);
    errors[key] = { relative: difference / scale, scale };
  }
  return { forward, backward, errors };
}
