import { defineBackend, InvalidConfigError, schema, type BackendHealth } from '@profit-sft/core';
import { cacheOptionsOf, cacheOptionSchemas, passOptionsOf, passOptionSchemas } from '@profit-sft/engine';
import { constant, Graph, multiply } from '@profit-sft/graph';
import { openModel } from './engine/open-model.js';
import { openInProcess } from './process/open-in-process.js';
import { diagnoseWebgpu } from './webgpu/diagnose-webgpu.js';
import { compileProgram, floatTensor, onnxRuntimeVersion } from './runtime/onnx-runtime.js';

/** Trains and runs models on ONNX Runtime's CPU or WebGPU provider. */
export const onnxruntime = defineBackend({
  name: 'onnxruntime',
  description: 'ONNX Runtime on the CPU or, by WebGPU, a GPU: compiled layer programs, sparse output head, AdamW',
  source: 'ours, on onnxruntime-node',
  options: schema.object({
    provider: schema.oneOf(['cpu', 'webgpu'], {
      default: 'cpu',
      description: 'where the model lives and is computed: in memory on the CPU, or in the buffers of a GPU',
    }),
    precision: schema.oneOf(['float32', 'float16'], {
      default: 'float32',
      description:
        'float16 computes matrix products in F16 and scales the loss; weights and all else stay float32; provider webgpu only',
    }),
    threads: schema.integer({
      minimum: 0,
      default: 0,
      description: 'threads per operation on the CPU; 0 is one per core',
    }),
    ...passOptionSchemas(),
    memory: schema.optional(
      schema.integer({
        minimum: 1,
        description:
          'most MiB that training takes in all, on the CPU: what is kept and the size of chunks are made to fit. Without it, what the other options allow',
      }),
    ),
    ...cacheOptionSchemas(),
    saveDtype: schema.oneOf(['F32', 'F16', 'BF16'], { default: 'F32', description: 'element type of saved models' }),
    process: schema.boolean({
      default: true,
      description:
        'run the model in a process of its own: the trainer stays responsive and reports a runtime that dies, and a step takes about a tenth less time; false: in the trainer’s process',
    }),
  }),
  create: ({ activationMemory, headMemory, memory, cacheMemory, maxSequences, process: ownProcess, ...options }) => {
    if (memory !== undefined && options.provider === 'webgpu') {
      const message = 'is for the CPU; a device is limited by activationMemory, headMemory and microBatchTokens';
      throw new InvalidConfigError('backend onnxruntime', [{ path: 'memory', message }]);
    }
    return {
      name: 'onnxruntime',
      adapters: ['lora'],
      open: (directory, { adapter, base } = {}) =>
        (ownProcess ? openInProcess : openModel)(directory, {
          ...options,
          adapter,
          base,
          ...passOptionsOf({ activationMemory, headMemory }),
          cache: cacheOptionsOf({ cacheMemory, maxSequences }),
          memoryBytes: memory === undefined ? undefined : memory * 2 ** 20,
        }),
    };
  },
  diagnose: async () => [await diagnoseCpu(), await diagnoseWebgpu()],
});

/** Runs a small program for real. */
async function diagnoseCpu(): Promise<BackendHealth> {
  const name = 'onnxruntime cpu';
  try {
    const graph = new Graph();
    const x = graph.input('float', ['n']);
    const program = graph.program('doctor', { x }, { y: multiply(x, constant(graph, 2)) });
    const executable = await compileProgram(program, { threads: 0 });
    const { y } = await executable.run({ x: floatTensor(Float32Array.of(21), [1]) });
    await executable.release();
    const works = (y.data as Float32Array)[0] === 42;
    return { name, works, detail: works ? `onnxruntime-node ${onnxRuntimeVersion()}` : 'computed 2 · 21 wrongly' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, works: false, detail, install: 'npm install onnxruntime-node' };
  }
}
