import type { Program } from '@profit-sft/graph';
import type { HostTensor } from '../runtime/host-tensor.js';
import type { CompiledProgram, Runtime, Value, Values } from '../runtime/runtime.js';

/** A place for a tensor of a device, whose contents programs replace. */
export interface DeviceValue extends Value {
  /** It holds nothing and stands for zeros. */
  readonly isZero: boolean;
}

/** Results of a program that come to the host with its run. */
export type HostResults = Record<string, Float32Array>;

/** A compiled program of the device, some of whose outputs may be asked for on the host. */
export interface DeviceProgram<V extends DeviceValue> extends CompiledProgram<V> {
  /** Outputs that stay on the device as values, and those named at compilation as arrays. */
  runForHost(inputs: Values<V>): Promise<{ values: Values<V>; host: HostResults }>;
}

/**
 * A runtime whose values the host cannot see: all work on them, also that of the optimiser, is programs. Written for a runtime, it is
 * all that training takes; see `deviceEngine`.
 */
export interface DeviceRuntime<V extends DeviceValue> extends Runtime<V> {
  /** `toHost` names outputs that are read back by `runForHost`. */
  compile(program: Program, toHost?: readonly string[]): Promise<DeviceProgram<V>>;
  /** A tensor of the host for one program; nobody frees it. */
  pass(tensor: HostTensor): V;
  /** Zeros, which take no memory until a program reads them. */
  empty(shape: readonly number[]): V;
  /** Fills a value with numbers of the host; a new one where none is given. */
  upload(data: Float32Array, shape: readonly number[], target?: V): Promise<V>;
  download(value: V): Promise<Float32Array>;
  /** Of a runtime whose values are float64: what the above would round. */
  readonly float64?: {
    upload(data: Float64Array, shape: readonly number[], target: V): void;
    download(value: V): Float64Array;
  };
  /** Both along `axis`, as a new value. */
  join(first: V, second: V, axis: number): Promise<V>;
  release(): Promise<void>;
}
