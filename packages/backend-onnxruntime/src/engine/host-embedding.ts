import type { Tensor } from 'onnxruntime-node';
import type { Parameter } from './parameters.js';
import type { Embedding } from './passes.js';

/** Copies rows of the embedding in the process's memory: a few microseconds, which no program is started for. */
export class HostEmbedding implements Embedding<Tensor> {
  constructor(private readonly parameter: Parameter) {}

  embed(tokens: Int32Array, target: Tensor): Promise<void> {
    const width = this.parameter.shape[1];
    const table = this.parameter.weight;
    const to = target.data as Float32Array;
    for (let i = 0; i < tokens.length; i++) {
      to.set(table.subarray(tokens[i] * width, (tokens[i] + 1) * width), i * width);
    }
    return Promise.resolve();
  }

  backward(tokens: Int32Array, gradient: Tensor): Promise<void> {
    const width = this.parameter.shape[1];
    const sum = this.parameter.gradient;
    const from = gradient.data as Float32Array;
    for (let i = 0; i < tokens.length; i++) {
      const start = i * width;
      const to = tokens[i] * width;
      for (let j = 0; j < width; j++) sum[to + j] += from[start + j];
    }
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}
