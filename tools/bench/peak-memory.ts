/** Run as a process of its own: trains a SmolLM2-135M-shaped model for three steps and prints its peak memory as JSON. */
import { sft } from '@profit-sft/masking';
import { AttentionBlocks } from '@profit-sft/backend-onnxruntime';
import { evaluateDimension, type Program } from '@profit-sft/graph';
import { layerParts, parameterCount } from '@profit-sft/models';
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

/** Elements of every value that a program computes, but for other views of the same. */
function computed(program: Program, sizes: Readonly<Record<string, number>>): number {
  const symbols = new Map(Object.entries(sizes));
  return program.nodes
    .filter(({ operation }) => operation !== 'reshape' && operation !== 'constant')
    .reduce((sum, { shape }) => sum + shape.reduce<number>((n, size) => n * evaluateDimension(size, symbols), 1), 0);
}

/** Every value that one layer's forward pass computes and its backward pass reads; of attention, one block's. */
const { programs } = layerParts(smolLm2);
const [block] = [...new AttentionBlocks(batch, smolLm2.attentionHeads).all].sort((a, b) => b.keys - a.keys);
const activations =
  computed(programs.project, { tokens: sequence }) +
  computed(programs.attend, { rows: block.rows, queries: block.queries, keys: block.keys }) +
  computed(programs.finish, { tokens: sequence });
const inputs = (smolLm2.layers + 1) * sequence * smolLm2.hiddenSize;
const figures: MemoryFigures = {
  peak: process.resourceUsage().maxRSS * 1024,
  needed: 4 * (4 * parameterCount(smolLm2) + activations + inputs),
};
console.log(JSON.stringify(figures));
