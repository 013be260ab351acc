import type { DeviceProgram, DeviceRuntime, DeviceValue, HostTensor, ValueBuffer, Values } from '@profit-sft/engine';
import { referenceArray, runReference, type Program } from '@profit-sft/graph';

/** A place for an array of the process. */
class ArrayValue implements DeviceValue {
  data: Float32Array | Int32Array | undefined;

  constructor(
    public dims: readonly number[],
    private readonly held: Set<ArrayValue>,
  ) {}

  get isZero(): boolean {
    return this.data === undefined;
  }

  put(data: Float32Array | Int32Array, dims: readonly number[]): void {
    this.data = data;
    this.dims = dims;
    this.held.add(this);
  }

  clear(): void {
    this.data = undefined;
    this.held.delete(this);
  }

  /** The numbers; zeros where there are none. */
  numbers(): Float32Array | Int32Array {
    return this.data ?? new Float32Array(sizeOf(this.dims));
  }
}

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

/**
 * The float64 reference as a runtime, with results rounded to float32: it passes every check. Tests overwrite one method each, to see
 * that the checks fail.
 */
export class ArrayRuntime implements DeviceRuntime<ArrayValue> {
  readonly held = new Set<ArrayValue>();

  async compile(program: Program, toHost: readonly string[] = []): Promise<DeviceProgram<ArrayValue>> {
    const results = (inputs: Values<ArrayValue>): [string, { data: Float32Array; shape: readonly number[] }][] => {
      const given = Object.entries(inputs).map(([name, value]) => [name, referenceArray(value.dims, value.numbers())]);
      return Object.entries(this.computed(program, Object.fromEntries(given))).map(([name, { data, shape }]) => [
        name,
        { data: Float32Array.from(data), shape },
      ]);
    };
    return {
      run: async (inputs, outputs = {}) => {
        const values: Values<ArrayValue> = {};
        for (const [name, { data, shape }] of results(inputs)) {
          values[name] = outputs[name] ?? this.empty(shape);
          values[name].put(data, shape);
        }
        return values;
      },
      runForHost: async (inputs) => {
        const values: Values<ArrayValue> = {};
        const host: Record<string, Float32Array> = {};
        for (const [name, { data, shape }] of results(inputs)) {
          if (toHost.includes(name)) host[name] = data;
          else (values[name] = this.empty(shape)).put(data, shape);
        }
        return { values, host };
      },
      release: async () => undefined,
    };
  }

  computed(...[program, inputs]: Parameters<typeof runReference>): ReturnType<typeof runReference> {
    return runReference(program, inputs);
  }

  buffer(): ValueBuffer<ArrayValue> {
    const value = this.empty([0]);
    return {
      tensor: (shape) => {
        if (shape.join() !== value.dims.join()) {
          value.clear();
          value.dims = shape;
        }
        return value;
      },
      release: () => value.clear(),
    };
  }

  place({ data, dims }: HostTensor): ArrayValue {
    const value = this.empty(dims);
    value.put(data.slice(), dims);
    return value;
  }

  pass({ data, dims }: HostTensor): ArrayValue {
    const value = this.empty(dims);
    value.data = data;
    return value;
  }

  empty(shape: readonly number[]): ArrayValue {
    return new ArrayValue(shape, this.held);
  }

  async upload(data: Float32Array, shape: readonly number[], target = this.empty(shape)): Promise<ArrayValue> {
    target.put(data.slice(), shape);
    return target;
  }

  async download(value: ArrayValue): Promise<Float32Array> {
    return Float32Array.from(value.numbers());
  }

  async rows(table: ArrayValue, indices: Int32Array): Promise<ArrayValue> {
    const width = sizeOf(table.dims.slice(1));
    const from = table.numbers();
    const rows = this.empty([]);
    const data = Float32Array.from({ length: indices.length * width }, (_, i) => {
      return from[indices[Math.floor(i / width)] * width + (i % width)];
    });
    rows.put(data, [indices.length, ...table.dims.slice(1)]);
    return rows;
  }

  async join(first: ArrayValue, second: ArrayValue, axis: number): Promise<ArrayValue> {
    const inner = [first, second].map(({ dims }) => sizeOf(dims.slice(axis)));
    const parts = [first, second].map((value) => value.numbers());
    const blocks = Array.from({ length: sizeOf(first.dims.slice(0, axis)) }, (_, block) =>
      parts.flatMap((part, i) => [...part.subarray(block * inner[i], (block + 1) * inner[i])]),
    );
    const joined = this.empty([]);
    const dims = first.dims.map((size, i) => (i === axis ? size + second.dims[axis] : size));
    joined.put(Float32Array.from(blocks.flat()), dims);
    return joined;
  }

  free(value: ArrayValue): void {
    value.clear();
  }

  async release(): Promise<void> {
    for (const value of [...this.held]) value.clear();
  }
}
