import { canonicalDimension, type Shape } from '../dimension/dimension.js';
import { inputsForSizes } from './inputs-for-sizes.js';
import type { Attributes, ElementType, Program, ProgramInput, ProgramNode, ValueType } from './program.js';

/** A value of a graph under construction. Its shape and type are known and checked. */
export class Tensor implements ValueType {
  constructor(
    readonly graph: Graph,
    readonly id: number,
    readonly type: ElementType,
    readonly shape: Shape,
    readonly operation: string,
    readonly inputs: readonly Tensor[],
    readonly attributes: Attributes,
  ) {}
}

/** Collects the values of one or more programs; gradients are further values of the same graph. */
export class Graph {
  private readonly values: Tensor[] = [];
  /** Equal operations on equal inputs are one value, so that derivative rules may rebuild what the forward pass has. */
  private readonly known = new Map<string, Tensor>();

  /** A value that a program is given when it runs. */
  input(type: ElementType, shape: Shape): Tensor {
    return this.append('input', type, shape.map(canonicalDimension), [], {});
  }

  /** For operation builders: records a value, reusing an equal one. */
  apply(operation: string, result: ValueType, inputs: readonly Tensor[], attributes: Attributes): Tensor {
    for (const input of inputs) {
      if (input.graph !== this) throw new Error(`${operation}: an input belongs to another graph`);
    }
    const key = `${operation}(${inputs.map((input) => input.id).join(',')})${JSON.stringify(attributes)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const tensor = this.append(operation, result.type, result.shape.map(canonicalDimension), inputs, attributes);
    this.known.set(key, tensor);
    return tensor;
  }

  /**
   * Extracts the program that computes `outputs` from `inputs`. Any value may be an input, also an intermediate one:
   * that is how a backward program takes saved activations, and recomputes what was not saved. Listed inputs that
   * nothing needs are left out, except those without which a symbolic size of the program would have no value.
   */
  program(name: string, inputs: Readonly<Record<string, Tensor>>, outputs: Readonly<Record<string, Tensor>>): Program {
    for (const [valueName, tensor] of [...Object.entries(inputs), ...Object.entries(outputs)]) {
      if (tensor.graph !== this) throw new Error(`program "${name}": "${valueName}" belongs to another graph`);
    }
    const given = new Map<number, ProgramInput>();
    for (const [inputName, tensor] of Object.entries(inputs)) {
      const other = given.get(tensor.id);
      if (other !== undefined) {
        throw new Error(`program "${name}": inputs "${other.name}" and "${inputName}" are the same value`);
      }
      given.set(tensor.id, { id: tensor.id, name: inputName, type: tensor.type, shape: tensor.shape });
    }
    const needed = new Map<number, Tensor>();
    const usedInputs = new Set<number>();
    const stack = Object.values(outputs);
    while (stack.length > 0) {
      const tensor = stack.pop() as Tensor;
      if (given.has(tensor.id)) {
        usedInputs.add(tensor.id);
        continue;
      }
      if (needed.has(tensor.id)) continue;
      if (tensor.operation === 'input') {
        throw new Error(`program "${name}" needs an input of shape [${tensor.shape.join(', ')}] that is not listed`);
      }
      needed.set(tensor.id, tensor);
      stack.push(...tensor.inputs);
    }
    const nodes: ProgramNode[] = [...needed.values()]
      .sort((a, b) => a.id - b.id)
      .map((tensor) => ({
        id: tensor.id,
        operation: tensor.operation,
        type: tensor.type,
        shape: tensor.shape,
        inputs: tensor.inputs.map((input) => input.id),
        attributes: tensor.attributes,
      }));
    for (const id of inputsForSizes([...given.values()], usedInputs, nodes)) usedInputs.add(id);
    return {
      name,
      inputs: [...given.values()].filter((input) => usedInputs.has(input.id)),
      nodes,
      outputs: Object.entries(outputs).map(([outputName, tensor]) => ({
        id: tensor.id,
        name: outputName,
        type: tensor.type,
        shape: tensor.shape,
      })),
    };
  }

  private append(
    operation: string,
    type: ElementType,
    shape: Shape,
    inputs: readonly Tensor[],
    attributes: Attributes,
  ): Tensor {
    if (shape.some((dimension) => typeof dimension === 'number' && dimension < 0)) {
      throw new Error(`${operation}: shape [${shape.join(', ')}] has a negative size`);
    }
    const tensor = new Tensor(this, this.values.length, type, shape, operation, inputs, attributes);
    this.values.push(tensor);
    return tensor;
  }
}
