import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { transformers } from '@profit-sft/backend-transformers';
import { createRegistry, type Registry } from '@profit-sft/core';
import { builtinRegistry } from '../registry.js';

const inProcess: typeof onnxruntime = Object.assign(
  (options: Parameters<typeof onnxruntime>[0]) => onnxruntime({ process: false, ...options }),
  onnxruntime,
);

const { masking, datasets, evaluators, annotators } = builtinRegistry.plugins;

/** The built-in plugins with models in this process: for tests that open many and are not about the model's own process. */
export const inProcessRegistry = createRegistry({
  ...{ masking, datasets, evaluators, annotators },
  backends: [inProcess, transformers],
}) as unknown as Registry;
