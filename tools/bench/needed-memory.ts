import { evaluateDimension } from '@profit-sft/graph';
import { layerPrograms, parameterCount, type ModelConfig } from '@profit-sft/models';

export interface NeededMemory {
  /** Weights, gradients and two moments. */
  readonly state: number;
  /** The input of every layer, and the last one's output. */
  readonly layerInputs: number;
  /** Every value that one layer's forward pass computes and its backward pass reads. */
  readonly layerActivations: number;
  /** The logits of one chunk of rows. */
  readonly headChunk: number;
}

/** Bytes of logits in one chunk of the engine's head (`head-runner.ts`). */
const headChunkBytes = 24 * 2 ** 20;

/** Bytes that a training step on such a batch cannot do without, in float32. */
export function neededMemory(config: ModelConfig, batch: number, sequence: number): NeededMemory {
  const symbols = new Map(Object.entries({ batch, sequence }));
  const tokens = batch * sequence;
  const computed = layerPrograms(config)
    .programs.forward.nodes.filter(({ operation }) => operation !== 'reshape' && operation !== 'constant')
    .map(({ shape }) => shape.reduce<number>((product, size) => product * evaluateDimension(size, symbols), 1));
  return {
    state: 16 * parameterCount(config),
    layerInputs: 4 * (config.layers + 1) * tokens * config.hiddenSize,
    layerActivations: 4 * computed.reduce((sum, elements) => sum + elements, 0),
    headChunk: Math.min(headChunkBytes, 4 * tokens * config.vocabularySize),
  };
}
