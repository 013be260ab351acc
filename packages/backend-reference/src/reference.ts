import { defineBackend, schema, type BackendHealth } from '@profit-sft/core';
import { constant, Graph, multiply, referenceArray, runReference } from '@profit-sft/graph';
import { openInProcess } from './open-in-process.js';
import { openModel } from './open-model.js';

/** Trains and runs models in float64 by the interpreter of `graph`: what other engines are compared with. */
export const reference = defineBackend({
  name: 'reference',
  description: 'float64 on one thread by plain loops: slow, and what other engines are compared with',
  source: 'ours, the interpreter of @profit-sft/graph',
  options: schema.object({
    saveDtype: schema.oneOf(['F32', 'F16', 'BF16'], {
      default: 'F32',
      description: 'element type of saved models; checkpoints are F64',
    }),
    process: schema.boolean({
      default: true,
      description:
        'run the model in a process of its own: the trainer stays responsive; false: in the trainer’s process',
    }),
  }),
  create: ({ process: ownProcess, ...options }) => ({
    name: 'reference',
    open: (directory) => (ownProcess ? openInProcess : openModel)(directory, options),
  }),
  diagnose: () => Promise.resolve([diagnose()]),
});

/** Runs a small program for real. */
function diagnose(): BackendHealth {
  const graph = new Graph();
  const x = graph.input('float', ['n']);
  const program = graph.program('doctor', { x }, { y: multiply(x, constant(graph, 1 / 3)) });
  const { y } = runReference(program, { x: referenceArray([1], [0.1]) });
  const works = y.data[0] === 0.1 * (1 / 3);
  return {
    name: 'reference float64',
    works,
    detail: works ? 'needs nothing but Node; for comparisons, not for speed' : 'computed 0.1 · ⅓ wrongly',
  };
}
