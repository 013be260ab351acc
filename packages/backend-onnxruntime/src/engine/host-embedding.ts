import type { Tensor } from 'onnxruntime-node';
import { trainedParameter } from './parameters.js';
import type { Weight } from './weight.js';
import type { Embedding, PlacedTokens } from '@profit-sft/engine';

/** Copies rows of the embedding in the process's memory: a few microseconds, which no program is started for. */
export class HostEmbedding implements Embedding<Tensor> {
  constructor(
    private readonly embedding: Weight,
    private readonly positions: Weight | undefined,
  ) {}

  embed({ tokens, positions }: PlacedTokens, target: Tensor): Promise<void> {
    const width = this.embedding.shape[1];
    const to = target.data as Float32Array;
    for (let i = 0; i < tokens.length; i++) to.set(this.embedding.rows(tokens[i], 1), i * width);
    if (this.positions !== undefined) {
      for (let i = 0; i < tokens.length; i++) {
        const row = this.positions.rows(positions[i], 1);
        for (let j = 0; j < width; j++) to[i * width + j] += row[j];
      }
    }
    return Promise.resolve();
  }

  backward({ tokens, positions }: PlacedTokens, gradient: Tensor): Promise<void> {
    const from = gradient.data as Float32Array;
    addRows(this.embedding, tokens, from);
    if (this.positions !== undefined) addRows(this.positions, positions, from);
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/** Adds row i of `from` to the row of the parameter's gradient that `rows[i]` names. */
function addRows(weight: Weight, rows: Int32Array, from: Float32Array): void {
  const { shape, gradient } = trainedParameter(weight);
  const width = shape[1];
  for (let i = 0; i < rows.length; i++) {
    const start = i * width;
    const to = rows[i] * width;
    for (let j = 0; j < width; j++) gradient[to + j] += from[start + j];
  }
}
