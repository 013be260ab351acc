import type { Shape } from '../dimension/dimension.js';

/** `float` is the runtime's real type (float32, or float64 in the reference runtime); `int` indexes; `bool` selects. */
export type ElementType = 'float' | 'int' | 'bool';

export interface ValueType {
  readonly type: ElementType;
  readonly shape: Shape;
}

/** Constant parameters of an operation: plain data. Strings in it are dimensions. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One operation applied to earlier values. Every operation has one result. */
export interface ProgramNode extends ValueType {
  readonly id: number;
  readonly operation: string;
  readonly inputs: readonly number[];
  readonly attributes: Attributes;
}

export interface ProgramInput extends ValueType {
  readonly id: number;
  readonly name: string;
}

export interface ProgramOutput extends ValueType {
  readonly id: number;
  readonly name: string;
}

/** A tensor program is data: named inputs, nodes in an order in which each comes after its inputs, named outputs. */
export interface Program {
  readonly name: string;
  readonly inputs: readonly ProgramInput[];
  readonly nodes: readonly ProgramNode[];
  readonly outputs: readonly ProgramOutput[];
}
