import {
  type DeviceProgram,
  type DeviceRuntime,
  type HostTensor,
  type ValueBuffer,
  type Values,
  valueBuffer,
} from '@profit-sft/engine';
import { referenceArray, runReference, type Program, type ReferenceArray } from '@profit-sft/graph';
import { ReferenceValue } from './reference-value.js';

/** The float64 interpreter of `graph` as a runtime: values are arrays of this process, and a program is run node by node. */
export class ReferenceRuntime implements DeviceRuntime<ReferenceValue> {
  /** What leaves by `download` is rounded to float32; this is not. */
  readonly float64 = {
    upload: (data: Float64Array, shape: readonly number[], target: ReferenceValue): void =>
      target.put(referenceArray(shape, data)),
    download: (value: ReferenceValue): Float64Array => value.array.data.slice(),
  };

  compile(program: Program, toHost: readonly string[] = []): Promise<DeviceProgram<ReferenceValue>> {
    const results = (inputs: Values<ReferenceValue>): [string, ReferenceArray][] => {
      const arrays = Object.entries(inputs).map(([name, value]) => [name, value.array] as const);
      return Object.entries(runReference(program, Object.fromEntries(arrays)));
    };
    return Promise.resolve({
      run: async (inputs, outputs = {}) =>
        Object.fromEntries(results(inputs).map(([name, array]) => [name, placed(array, outputs[name])])),
      runForHost: async (inputs) => {
        const all = results(inputs);
        const isAsked = ([name]: [string, ReferenceArray]): boolean => toHost.includes(name);
        return {
          values: Object.fromEntries(
            all.filter((entry) => !isAsked(entry)).map(([name, array]) => [name, placed(array)]),
          ),
          host: Object.fromEntries(all.filter(isAsked).map(([name, { data }]) => [name, Float32Array.from(data)])),
        };
      },
      release: () => Promise.resolve(),
    });
  }

  buffer(): ValueBuffer<ReferenceValue> {
    return valueBuffer(this.empty([0]));
  }

  place({ dims, data }: HostTensor): ReferenceValue {
    return placed(referenceArray(dims, data));
  }

  pass(tensor: HostTensor): ReferenceValue {
    return this.place(tensor);
  }

  empty(shape: readonly number[]): ReferenceValue {
    return new ReferenceValue(shape);
  }

  async upload(
    data: Float32Array,
    shape: readonly number[],
    target: ReferenceValue = this.empty(shape),
  ): Promise<ReferenceValue> {
    return placed(referenceArray(shape, data), target);
  }

  async download(value: ReferenceValue): Promise<Float32Array> {
    return Float32Array.from(value.array.data);
  }

  async rows(matrix: ReferenceValue, indices: Int32Array): Promise<ReferenceValue> {
    const { shape, data } = matrix.array;
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    const chosen = new Float64Array(indices.length * width);
    indices.forEach((index, row) => chosen.set(data.subarray(index * width, (index + 1) * width), row * width));
    return placed({ shape: [indices.length, ...shape.slice(1)], data: chosen });
  }

  async join(first: ReferenceValue, second: ReferenceValue, axis: number): Promise<ReferenceValue> {
    const arrays = [first.array, second.array];
    const shape = first.dims.map((size, index) => (index === axis ? size + second.dims[axis] : size));
    const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
    const data = new Float64Array(arrays[0].data.length + arrays[1].data.length);
    let to = 0;
    for (let row = 0; row < outer; row++) {
      for (const array of arrays) {
        const length = array.data.length / outer;
        data.set(array.data.subarray(row * length, (row + 1) * length), to);
        to += length;
      }
    }
    return placed({ shape, data });
  }

  free(value: ReferenceValue): void {
    value.clear();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/** The array in a place that is given, or in a new one. */
function placed(array: ReferenceArray, target = new ReferenceValue(array.shape)): ReferenceValue {
  target.put(array);
  return target;
}
