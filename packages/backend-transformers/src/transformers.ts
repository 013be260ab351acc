import { defineFrozenBackend, schema } from '@profit-sft/core';
import { cacheOptionsOf, cacheOptionSchemas } from '@profit-sft/engine';
import { diagnose } from './installation/diagnose.js';
import { openInProcess } from './model/open-in-process.js';

/** Scores and generates with ONNX exports by Transformers.js, in a process of its own. */
export const transformers = defineFrozenBackend({
  name: 'transformers',
  description:
    'Transformers.js on ONNX exports: scores and generates, as a reference model or for evaluation; does not train',
  source: 'ours, on @huggingface/transformers or @xenova/transformers, which are installed separately',
  options: schema.object({
    installation: schema.optional(
      schema.string({
        description: 'folder in which Transformers.js is installed; default: beside ProFit or in the working directory',
      }),
    ),
    logitsMemory: schema.integer({
      minimum: 1,
      default: 256,
      description:
        'most MiB of logits in one pass: an export computes those of every token. Longer sequences run in pieces',
    }),
    ...cacheOptionSchemas(),
  }),
  create: ({ installation, logitsMemory, ...cache }) => ({
    name: 'transformers',
    trains: false,
    open: (directory) =>
      openInProcess(directory, {
        installation,
        logitsMemoryBytes: logitsMemory * 2 ** 20,
        cache: cacheOptionsOf(cache),
      }),
  }),
  diagnose: () => diagnose(),
});
