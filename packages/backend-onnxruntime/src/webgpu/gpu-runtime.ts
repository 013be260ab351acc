import type * as ort from 'onnxruntime-node';
import { BackendUnavailableError } from '@profit-sft/core';
import {
  CompiledPrograms,
  floatTensor,
  intTensor,
  placingProgram,
  type DeviceProgram,
  type DeviceRuntime,
  type HostTensor,
  type ValueBuffer,
  type Values,
  valueBuffer,
} from '@profit-sft/engine';
import type { Program } from '@profit-sft/graph';
import { emitProgram, type Precision } from '../onnx/emit-program.js';
import { createSession } from '../runtime/create-session.js';
import { onnxTensor, sessionOptions } from '../runtime/onnx-runtime.js';
import { copyProgram, joinProgram, rowsProgram, zeroMatrixProgram } from './copy-programs.js';
import { GpuMemory } from './gpu-memory.js';
import { GpuTensor } from './gpu-tensor.js';
import { keepDevice } from './keep-device.js';
import { startFailure } from './start-failure.js';

type GpuProgram = DeviceProgram<GpuTensor>;

/** ONNX Runtime's WebGPU provider: values are GPU buffers that programs hand to each other. */
export class GpuRuntime implements DeviceRuntime<GpuTensor> {
  readonly memory = new GpuMemory();
  private readonly own = new CompiledPrograms<GpuTensor>((program) => this.compile(program));
  private readonly downloads = new Map<number, Promise<GpuProgram>>();
  /** Buffers belong to the session that made them, and giving one back after its session ends the process. */
  private readonly sessions: ort.InferenceSession[] = [];

  /** `precision` is that of matrix products; values are float32 all the same. */
  constructor(private readonly precision: Precision = 'float32') {}

  async compile(program: Program, toHost: readonly string[] = []): Promise<GpuProgram> {
    await keepDevice(() => compile(copyProgram(1), [], 'float32'));
    const session = await compile(program, toHost, this.precision);
    this.sessions.push(session);
    return placingProgram({
      compute: async (inputs, overwritten) => {
        const feeds: Values<ort.Tensor> = {};
        for (const [name, value] of Object.entries(inputs)) feeds[name] = await this.resident(value);
        for (const value of overwritten) value.clear();
        return (await session.run(feeds)) as Values<ort.Tensor>;
      },
      empty: () => this.empty([0]),
      toHost,
      read: async (result) => result.data as Float32Array,
      // Its results may still be held: sessions end with the runtime, after every buffer.
      release: () => Promise.resolve(),
    });
  }

  buffer(): ValueBuffer<GpuTensor> {
    return valueBuffer(this.empty([0]));
  }

  place(tensor: HostTensor): GpuTensor {
    // Indices are few and have no copy program of their own.
    return new GpuTensor(this.memory, tensor.dims, onnxTensor(tensor), tensor.type !== 'float32');
  }

  pass(tensor: HostTensor): GpuTensor {
    return new GpuTensor(this.memory, tensor.dims, onnxTensor(tensor), true);
  }

  empty(shape: readonly number[]): GpuTensor {
    return new GpuTensor(this.memory, shape);
  }

  async upload(data: Float32Array, shape: readonly number[], target = this.empty(shape)): Promise<GpuTensor> {
    const rank = shape.length;
    const copy = await this.own.get(`copy ${rank}`, () => copyProgram(rank));
    await copy.run({ x: this.pass(floatTensor(data, shape)) }, { copy: target });
    return target;
  }

  async download(value: GpuTensor): Promise<Float32Array> {
    if (value.onHost !== undefined) return value.onHost.data as Float32Array;
    if (value.buffer === undefined) return new Float32Array(elements(value.dims));
    const rank = value.dims.length;
    let copy = this.downloads.get(rank);
    // `getData` of a GPU tensor ends the process in onnxruntime-node 1.30; an output on the CPU is read back properly.
    if (copy === undefined) this.downloads.set(rank, (copy = this.compile(copyProgram(rank), ['copy'])));
    return (await (await copy).runForHost({ x: value })).host.copy;
  }

  async rows(table: GpuTensor, indices: Int32Array): Promise<GpuTensor> {
    const rank = table.dims.length;
    const program = await this.own.get(`rows ${rank}`, () => rowsProgram(rank));
    const index = this.pass(intTensor(indices, [indices.length]));
    return (await program.run({ table, indices: index })).rows;
  }

  async join(first: GpuTensor, second: GpuTensor, axis: number): Promise<GpuTensor> {
    const rank = first.dims.length;
    const program = await this.own.get(`join ${rank} ${axis}`, () => joinProgram(rank, axis));
    return (await program.run({ first, second })).joined;
  }

  free(value: GpuTensor): void {
    value.clear();
  }

  async release(): Promise<void> {
    this.memory.disposeAll();
    this.downloads.clear();
    for (const session of this.sessions.splice(0)) await session.release();
  }

  /** What a session takes for a value; numbers of the host and zeros go up when they are first read. */
  private async resident(value: GpuTensor): Promise<ort.Tensor> {
    if (value.passing && value.onHost !== undefined) return value.onHost;
    if (value.buffer === undefined) await this.fill(value);
    return value.buffer as ort.Tensor;
  }

  private async fill(value: GpuTensor): Promise<void> {
    const { dims, onHost } = value;
    if (onHost !== undefined || dims.length !== 2) {
      await this.upload(await this.download(value), dims, value);
      return;
    }
    const zeros = await this.own.get('zeros', zeroMatrixProgram);
    const [column, row] = dims.map((size) => this.pass(floatTensor(new Float32Array(size), [size])));
    await zeros.run({ column, row }, { zeros: value });
  }
}

async function compile(
  program: Program,
  toHost: readonly string[],
  precision: Precision,
): Promise<ort.InferenceSession> {
  try {
    return await createSession(emitProgram(program, { webgpu: true, precision }), {
      ...sessionOptions,
      executionProviders: ['webgpu'],
      intraOpNumThreads: 1,
      // Sizes are computed on the CPU beside the device, as the provider wants it; it warns of that each time.
      logSeverityLevel: 3,
      preferredOutputLocation: Object.fromEntries(
        program.outputs.map(({ name }) => [name, toHost.includes(name) ? 'cpu' : 'gpu-buffer']),
      ),
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BackendUnavailableError(
      'onnxruntime webgpu',
      `it refused the program "${program.name}": ${startFailure(message)}. \`profit doctor\` says what it needs here; provider "cpu" needs nothing.`,
      { cause },
    );
  }
}

function elements(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}
