import { defineBackend, schema } from '@profit-sft/core';
import { cacheOptionsOf, cacheOptionSchemas, passOptionsOf, passOptionSchemas } from '@profit-sft/engine';
import { openInProcess } from './process/open-in-process.js';
import { runtimeNames } from './start/runtime-names.js';

/**
 * Trains and runs models on TensorFlow.js. TensorFlow.js itself is loaded when a model is opened: a command that only knows this
 * backend starts as fast as without it.
 */
export const tfjs = defineBackend({
  name: 'tfjs',
  description: 'TensorFlow.js: libtensorflow, WebGPU, WebAssembly or plain JavaScript, whichever is there',
  source: 'ours, on @tensorflow/tfjs-core',
  options: schema.object({
    runtime: schema.oneOf(['auto', ...runtimeNames], {
      default: 'auto',
      description:
        'the backend of TensorFlow.js; auto takes the first of node-gpu, node, webgpu, wasm and cpu that is installed and starts',
    }),
    ...passOptionSchemas(),
    ...cacheOptionSchemas(),
    saveDtype: schema.oneOf(['F32', 'F16', 'BF16'], { default: 'F32', description: 'element type of saved models' }),
    process: schema.boolean({
      default: true,
      description:
        'run the model in a process of its own, so that the trainer stays responsive; false: in the trainer’s process',
    }),
  }),
  create: ({ activationMemory, headMemory, cacheMemory, maxSequences, process: ownProcess, ...options }) => ({
    name: 'tfjs',
    async open(directory) {
      const open = ownProcess ? openInProcess : (await import('./open-model.js')).openModel;
      return open(directory, {
        ...options,
        ...passOptionsOf({ activationMemory, headMemory }),
        cache: cacheOptionsOf({ cacheMemory, maxSequences }),
      });
    },
  }),
  diagnose: async () => (await import('./diagnose.js')).diagnose(),
});
