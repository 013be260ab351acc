import { passBudget } from '@profit-sft/backend-onnxruntime';
import { evaluateDimension, type Program } from '@profit-sft/graph';
import { layerParts, parameterCount, type ModelConfig } from '@profit-sft/models';
import { defaultOptions } from './random-model.js';
import { attentionBlocks } from './program-flops.js';

export interface NeededMemory {
  /** Weights, gradients and two moments. */
  readonly state: number;
  /** The input of every layer, and the last one's output. */
  readonly layerInputs: number;
  /** Every value that one layer's forward pass computes and its backward pass reads; of attention, one block's. */
  readonly layerActivations: number;
  /** The logits of one chunk of rows. */
  readonly headChunk: number;
}

/** Elements of every value that a program computes, but for other views of the same. */
function computedElements(program: Program, sizes: Readonly<Record<string, number>>): number {
  const symbols = new Map(Object.entries(sizes));
  return program.nodes
    .filter(({ operation }) => operation !== 'reshape' && operation !== 'constant')
    .map(({ shape }) => shape.reduce<number>((product, size) => product * evaluateDimension(size, symbols), 1))
    .reduce((sum, elements) => sum + elements, 0);
}

/** Bytes that a training step on such a batch cannot do without, in float32. */
export function neededMemory(config: ModelConfig, batch: number, sequence: number): NeededMemory {
  const { headChunkBytes } = passBudget(
    config,
    { rows: batch, columns: sequence, scored: batch * sequence },
    defaultOptions,
  );
  const tokens = batch * sequence;
  const { programs } = layerParts(config);
  const [largest] = [...attentionBlocks(config, batch, sequence)].sort(
    (a, b) => b.queries * b.keys - a.queries * a.keys,
  );
  const { rows, queries, keys } = largest;
  const computed =
    computedElements(programs.project, { tokens }) +
    computedElements(programs.attend, { rows, queries, keys }) +
    computedElements(programs.finish, { tokens });
  return {
    state: 16 * parameterCount(config),
    layerInputs: 4 * (config.layers + 1) * tokens * config.hiddenSize,
    layerActivations: 4 * computed,
    headChunk: Math.min(headChunkBytes, 4 * tokens * config.vocabularySize),
  };
}
