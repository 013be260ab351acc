/** Run as a process of its own: trains a SmolLM2-135M-shaped model for three steps and prints its peak memory as JSON. */
import { sft } from '@profit-sft/masking';
import { evaluateDimension } from '@profit-sft/graph';
import { layerPrograms, parameterCount } from '@profit-sft/models';
import { defaultOptions, randomBatch, randomModel } from './random-model.js';
import { smolLm2 } from './shapes.js';
import { trainingStep } from './training-step.js';

export interface MemoryFigures {
  /** Largest resident set of the process, in bytes. */
  readonly peak: number;
  /** Bytes that a step cannot do without. */
  readonly needed: number;
}

const sequence = 512;
const model = randomModel(smolLm2, defaultOptions);
const batch = randomBatch(smolLm2, 1, sequence);
for (let step = 0; step < 3; step++) await trainingStep(model, batch, sft());
await model.dispose();

const symbols = new Map([
  ['batch', 1],
  ['sequence', sequence],
]);
/** Every value that one layer's forward pass computes and its backward pass reads. */
const activations = layerPrograms(smolLm2)
  .programs.forward.nodes.filter((node) => node.operation !== 'reshape' && node.operation !== 'constant')
  .reduce((sum, { shape }) => sum + shape.reduce<number>((n, size) => n * evaluateDimension(size, symbols), 1), 0);
const inputs = (smolLm2.layers + 1) * sequence * smolLm2.hiddenSize;
const figures: MemoryFigures = {
  peak: process.resourceUsage().maxRSS * 1024,
  needed: 4 * (4 * parameterCount(smolLm2) + activations + inputs),
};
console.log(JSON.stringify(figures));
