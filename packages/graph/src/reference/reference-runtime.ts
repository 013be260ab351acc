import { bindShape, evaluateDimension, type Dimension } from '../dimension/dimension.js';
import { allOperations } from '../operations/all-operations.js';
import type { Program } from '../program/program.js';
import type { ReferenceArray } from './reference-array.js';

/** Builds an array of the reference runtime; the data is copied to float64. */
export function referenceArray(shape: readonly number[], data: ArrayLike<number>): ReferenceArray {
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count) throw new Error(`shape [${shape.join(', ')}] needs ${count} elements, got ${data.length}`);
  return { shape, data: Float64Array.from(data) };
}

/**
 * Runs a program in float64 by plain loops: the meaning that every other runtime is tested against. Never fast.
 */
export function runReference(
  program: Program,
  inputs: Readonly<Record<string, ReferenceArray>>,
): Record<string, ReferenceArray> {
  const symbols = new Map<string, number>();
  const values = new Map<number, ReferenceArray>();
  for (const input of program.inputs) {
    const given = inputs[input.name];
    if (given === undefined) throw new Error(`program "${program.name}": input "${input.name}" is missing`);
    values.set(input.id, given);
  }
  // Two passes: composite dimensions may use symbols that a later input binds.
  for (const input of program.inputs) {
    const { shape } = values.get(input.id) as ReferenceArray;
    if (shape.length !== input.shape.length) continue; // named by the second pass
    input.shape.forEach((dimension, axis) => {
      if (typeof dimension !== 'string' || !/^[A-Za-z_]\w*$/.test(dimension)) return;
      if (!symbols.has(dimension)) symbols.set(dimension, shape[axis]);
    });
  }
  for (const input of program.inputs) {
    bindShape(input.shape, (values.get(input.id) as ReferenceArray).shape, symbols, `input "${input.name}"`);
  }
  const size = (dimension: Dimension): number => evaluateDimension(dimension, symbols);
  for (const node of program.nodes) {
    const operation = allOperations.get(node.operation);
    if (operation === undefined) throw new Error(`unknown operation "${node.operation}"`);
    const shape = node.shape.map(size);
    const operands = node.inputs.map((id) => values.get(id) as ReferenceArray);
    values.set(node.id, { shape, data: operation.evaluate(operands, { shape, attributes: node.attributes, size }) });
  }
  return Object.fromEntries(program.outputs.map((output) => [output.name, values.get(output.id) as ReferenceArray]));
}
