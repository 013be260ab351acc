import { createRandom } from '@profit-sft/core';
import { floatTensor, intTensor, type HostTensor } from '@profit-sft/engine';
import { evaluateDimension, Graph, type Program, type Shape, type Tensor } from '@profit-sft/graph';

/** An input of a case: floats drawn from a range, -1.5 to 1.5 by default, or made; or ints below a size. */
export type CaseInput =
  | { readonly shape: Shape; readonly range?: readonly [number, number]; readonly of?: (index: number) => number }
  | { readonly shape: Shape; readonly below: string | number; readonly of?: (index: number) => number };

/** One program and the sizes that it runs with, one after the other. */
export interface ProgramCase {
  readonly inputs: Readonly<Record<string, CaseInput>>;
  /** Values of the symbols; one run each. Default: one run without symbols. */
  readonly sizes?: readonly Readonly<Record<string, number>>[];
  readonly build: (inputs: Readonly<Record<string, Tensor>>, graph: Graph) => Tensor | Readonly<Record<string, Tensor>>;
}

export function caseProgram(name: string, { inputs, build }: ProgramCase): Program {
  const graph = new Graph();
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([key, input]) => [key, graph.input('below' in input ? 'int' : 'float', input.shape)]),
  );
  const built = build(tensors, graph);
  return graph.program(name, tensors, 'shape' in built ? { result: built as Tensor } : built);
}

/** The numbers of a case's inputs for one set of sizes: equal for equal names and sizes. */
export function caseInputs(
  name: string,
  { inputs }: ProgramCase,
  sizes: Readonly<Record<string, number>>,
): Record<string, HostTensor> {
  const symbols = new Map(Object.entries(sizes));
  const random = createRandom(1, 'runtime case', name, JSON.stringify(sizes));
  return Object.fromEntries(
    Object.entries(inputs).map(([key, input]) => {
      const shape = input.shape.map((dimension) => evaluateDimension(dimension, symbols));
      const length = shape.reduce((product, size) => product * size, 1);
      if ('below' in input) {
        const below = evaluateDimension(input.below, symbols);
        const drawn = (index: number): number => input.of?.(index) ?? random.integer(below);
        return [
          key,
          intTensor(
            Int32Array.from({ length }, (_, index) => drawn(index)),
            shape,
          ),
        ];
      }
      const [low, high] = input.range ?? [-1.5, 1.5];
      const drawn = (index: number): number => input.of?.(index) ?? low + (high - low) * random.next();
      return [
        key,
        floatTensor(
          Float32Array.from({ length }, (_, index) => drawn(index)),
          shape,
        ),
      ];
    }),
  );
}
