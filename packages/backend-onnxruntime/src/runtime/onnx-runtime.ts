import * as ort from 'onnxruntime-node';
import { BackendUnavailableError } from '@profit-sft/core';
import type { Program } from '@profit-sft/graph';
import { emitProgram } from '../onnx/emit-program.js';
import type { CompiledProgram, HostTensor } from '@profit-sft/engine';
import { createSession } from './create-session.js';

export interface OnnxRuntimeOptions {
  /** Threads per operation; 0 lets ONNX Runtime choose (one per core). */
  readonly threads: number;
}

export type Feeds = Record<string, ort.Tensor>;

/** A compiled program. Outputs are written into the given tensors; those not given are allocated by the runtime. */
export type Executable = CompiledProgram<ort.Tensor>;

export function floatTensor(data: Float32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('float32', data, shape);
}

export function intTensor(data: Int32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('int32', data, shape);
}

/** A tensor of the host as ONNX Runtime takes it: the same memory. */
export function onnxTensor({ type, data, dims }: HostTensor): ort.Tensor {
  return type === 'float32' ? floatTensor(data, dims) : intTensor(data, dims);
}

/** Settings of every program's session, on whichever provider. */
export const sessionOptions: ort.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'all',
  interOpNumThreads: 1,
  // Batches differ in shape: a memory plan for each would be made once and kept for ever.
  enableMemPattern: false,
  // An arena for each program keeps its largest intermediate values for ever, 130 MiB at the SmolLM2-135M shape, and is
  // not measurably faster.
  enableCpuMemArena: false,
  // Every program has its own thread pool. Threads that spin while they wait take the cores from the next program,
  // and from whatever else runs on the machine.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
  logSeverityLevel: 3,
};

/** Compiles a program for ONNX Runtime's CPU provider. */
export async function compileProgram(program: Program, options: OnnxRuntimeOptions): Promise<Executable> {
  let session: ort.InferenceSession;
  try {
    session = await createSession(emitProgram(program), {
      ...sessionOptions,
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads,
    });
  } catch (cause) {
    throw new BackendUnavailableError(
      'onnxruntime',
      `it refused the program "${program.name}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const outputNames = program.outputs.map((output) => output.name);
  return {
    async run(inputs, outputs) {
      const fetches = Object.fromEntries(outputNames.map((name) => [name, outputs?.[name] ?? null]));
      return (await session.run(inputs, fetches)) as Feeds;
    },
    release: () => session.release(),
  };
}

/** Version of the installed ONNX Runtime. */
export function onnxRuntimeVersion(): string {
  return ort.env.versions.node ?? 'unknown';
}
