import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type DeviceProgram,
  type DeviceRuntime,
  type HostTensor,
  intTensor,
  placingProgram,
  type ValueBuffer,
  type Values,
  valueBuffer,
} from '@profit-sft/engine';
import type { Program } from '@profit-sft/graph';
import { withBackend } from './active-backend.js';
import { filled, runKernel, tensorOf } from './kernels.js';
import { gatheredRows } from './lower-node.js';
import { planProgram } from './program-plan.js';
import { runProgram } from './run-program.js';
import { TensorMemory } from './tensor-memory.js';
import { TfjsValue } from './tfjs-value.js';

/** A backend of TensorFlow.js that has started. */
export interface StartedBackend {
  /** Its name in TensorFlow.js, e.g. `tensorflow` for `tfjs-node`. */
  readonly backendName: string;
  /** It keeps the arrays it is given instead of copying them. */
  readonly keepsArrays: boolean;
}

/** TensorFlow.js: programs run operation by operation with the kernels of one of its backends, without its tape. */
export class TfjsRuntime implements DeviceRuntime<TfjsValue> {
  readonly memory = new TensorMemory();

  constructor(private readonly backend: StartedBackend) {}

  async compile(program: Program, toHost: readonly string[] = []): Promise<DeviceProgram<TfjsValue>> {
    const plan = planProgram(program);
    const runNow = (inputs: Values<TfjsValue>, overwritten: readonly TfjsValue[]): Record<string, Tensor> => {
      for (const value of overwritten) value.clear();
      const valueOf = (name: string): TfjsValue => {
        const value = inputs[name];
        if (value === undefined) throw new Error(`program "${program.name}": input "${name}" is missing`);
        return value;
      };
      const passing: Tensor[] = [];
      try {
        return runProgram(
          program,
          plan,
          (name) => valueOf(name).dims,
          (name) => this.tensor(valueOf(name), passing),
        );
      } finally {
        for (const tensor of passing) tensor.dispose();
      }
    };
    return placingProgram({
      compute: (inputs, overwritten) => withBackend(this.backend.backendName, () => runNow(inputs, overwritten)),
      empty: () => this.empty([0]),
      toHost,
      read: async (tensor) => {
        const data = await this.read(tensor);
        tensor.dispose();
        return data;
      },
      // A plan holds no tensor.
      release: () => Promise.resolve(),
    });
  }

  buffer(): ValueBuffer<TfjsValue> {
    return valueBuffer(this.empty([0]));
  }

  place(tensor: HostTensor): TfjsValue {
    return new TfjsValue(this.memory, tensor.dims, tensor);
  }

  pass(tensor: HostTensor): TfjsValue {
    return new TfjsValue(this.memory, tensor.dims, tensor, true);
  }

  empty(shape: readonly number[]): TfjsValue {
    return new TfjsValue(this.memory, shape);
  }

  upload(data: Float32Array, shape: readonly number[], target = this.empty(shape)): Promise<TfjsValue> {
    return withBackend(this.backend.backendName, () => {
      target.put(this.tensorOf(data, shape));
      return target;
    });
  }

  async download(value: TfjsValue): Promise<Float32Array> {
    if (value.tensor !== undefined) return this.read(value.tensor);
    if (value.onHost !== undefined) return Float32Array.from(value.onHost.data);
    return new Float32Array(value.dims.reduce((product, size) => product * size, 1));
  }

  rows(table: TfjsValue, indices: Int32Array): Promise<TfjsValue> {
    return this.fromTensors([table, this.pass(intTensor(indices, [indices.length]))], ([from, at]) =>
      indices.length === 0 ? filled([0, ...from.shape.slice(1)], 0) : gatheredRows(from, at),
    );
  }

  join(first: TfjsValue, second: TfjsValue, axis: number): Promise<TfjsValue> {
    return this.fromTensors([first, second], (tensors) => runKernel('Concat', tensors, { axis }));
  }

  free(value: TfjsValue): void {
    value.clear();
  }

  release(): Promise<void> {
    this.memory.disposeAll();
    return Promise.resolve();
  }

  private fromTensors(
    values: readonly TfjsValue[],
    compute: (tensors: readonly Tensor[]) => Tensor,
  ): Promise<TfjsValue> {
    return withBackend(this.backend.backendName, () => {
      const passing: Tensor[] = [];
      try {
        const result = compute(values.map((value) => this.tensor(value, passing)));
        const made = this.empty(result.shape);
        made.put(result);
        return made;
      } finally {
        for (const tensor of passing) tensor.dispose();
      }
    });
  }

  /** The tensor of a value, made where there is none; one that is for this call only is added to `passing`. */
  private tensor(value: TfjsValue, passing: Tensor[]): Tensor {
    if (value.tensor !== undefined) return value.tensor;
    const { onHost } = value;
    const tensor = onHost === undefined ? filled(value.dims, 0) : this.tensorOf(onHost.data, onHost.dims);
    if (value.passing) passing.push(tensor);
    else value.put(tensor);
    return tensor;
  }

  private tensorOf(data: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    return tensorOf(this.backend.keepsArrays ? data.slice() : data, shape);
  }

  /** The numbers of a tensor in an array that is nobody else's. */
  private async read(tensor: Tensor): Promise<Float32Array> {
    const data = (await tensor.data()) as Float32Array;
    return this.backend.keepsArrays ? data.slice() : data;
  }
}
