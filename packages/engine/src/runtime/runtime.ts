import type { Program } from '@profit-sft/graph';
import type { HostTensor } from './host-tensor.js';

/** A tensor where its runtime keeps it: in the process's memory, or in a buffer of a device. */
export interface Value {
  readonly dims: readonly number[];
}

export type Values<V extends Value> = Record<string, V>;

/** A compiled program. Outputs that are given are overwritten, also where they are inputs; those not given are new values. */
export interface CompiledProgram<V extends Value> {
  run(inputs: Values<V>, outputs?: Values<V>): Promise<Values<V>>;
  release(): Promise<void>;
}

/** Memory that is reused from batch to batch. */
export interface ValueBuffer<V extends Value> {
  /** The buffer as a value of this shape; contents are whatever the last user of the same shape left. */
  tensor(shape: readonly number[]): V;
  release(): void;
}

/**
 * Where values live and how programs run: all that the passes over a model need to know about an execution provider.
 * What is not a program (the embedding, the head's chunks, AdamW) is written for each runtime.
 */
export interface Runtime<V extends Value> {
  compile(program: Program): Promise<CompiledProgram<V>>;
  buffer(): ValueBuffer<V>;
  /** A tensor of the host as a value that programs will take more than once. */
  place(tensor: HostTensor): V;
  /** Rows of a matrix as a new value. */
  rows(matrix: V, indices: Int32Array): Promise<V>;
  /** Lets go of a value that `place`, `rows` or a program made. */
  free(value: V): void;
}
