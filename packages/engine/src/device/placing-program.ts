import type { ValueBuffer, Values } from '../runtime/runtime.js';
import type { DeviceProgram, DeviceValue, HostResults } from './device-runtime.js';

/** A value whose content is replaced by a result of a program; see `DevicePlace`. */
export interface Place<Result> extends DeviceValue {
  put(result: Result): void;
  clear(): void;
  reshape(shape: readonly number[]): void;
}

/** What a runtime does itself for a program whose results it makes anew with each run. */
export interface ComputedProgram<V extends Place<Result>, Result> {
  /** @param overwritten places whose content nobody reads: to be cleared first, which makes room */
  compute(inputs: Values<V>, overwritten: readonly V[]): Promise<Readonly<Record<string, Result>>>;
  /** A place without content. */
  empty(): V;
  /** Outputs that `runForHost` reads. */
  readonly toHost: readonly string[];
  /** Takes a result to the host; nobody asks for it again. */
  read(result: Result): Promise<Float32Array>;
  release(): Promise<void>;
}

/** A program that puts each result into the place that is given for it, or into a new one. */
export function placingProgram<V extends Place<Result>, Result>(program: ComputedProgram<V, Result>): DeviceProgram<V> {
  return {
    run: async (inputs, outputs = {}) => {
      const read = new Set(Object.values(inputs));
      const overwritten = Object.values(outputs).filter((value) => !read.has(value));
      const values: Values<V> = {};
      for (const [name, result] of Object.entries(await program.compute(inputs, overwritten))) {
        values[name] = outputs[name] ?? program.empty();
        values[name].put(result);
      }
      return values;
    },
    runForHost: async (inputs) => {
      const values: Values<V> = {};
      const host: HostResults = {};
      for (const [name, result] of Object.entries(await program.compute(inputs, []))) {
        if (program.toHost.includes(name)) host[name] = await program.read(result);
        else (values[name] = program.empty()).put(result);
      }
      return { values, host };
    },
    release: () => program.release(),
  };
}

/** A buffer that is one place, which takes the shape that is asked for. */
export function valueBuffer<V extends Pick<Place<never>, 'dims' | 'clear' | 'reshape'>>(value: V): ValueBuffer<V> {
  return {
    tensor: (shape) => {
      value.reshape(shape);
      return value;
    },
    release: () => value.clear(),
  };
}
