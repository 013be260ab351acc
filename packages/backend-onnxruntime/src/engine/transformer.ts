import type { Tensor } from 'onnxruntime-node';
import type { TokenBatch } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { batchInputs, type BatchInputs } from './batch-inputs.js';
import { FloatBuffer } from './float-buffer.js';
import { HeadRunner, type HeadForward, type HeadOptions } from './head-runner.js';
import { LayerRunner } from './layer-runner.js';
import type { ParameterSet } from './parameters.js';

export interface TransformerOptions extends HeadOptions {
  /** Keep each layer's matrix products for the backward pass, or recompute them: memory against a third more work. */
  readonly activations: 'keep' | 'recompute';
}

/** What a forward pass holds for its backward pass. */
interface ActivePass {
  readonly batch: TokenBatch;
  readonly inputs: BatchInputs;
  /** Input of each layer, then the last layer's output; [tokens, hiddenSize]. */
  readonly states: readonly Tensor[];
  readonly head: HeadForward;
}

/** Forward and backward passes over a batch, layer by layer, in buffers that are reused from batch to batch. */
export class Transformer {
  readonly layers: LayerRunner;
  readonly head: HeadRunner;
  private readonly stateBuffers: FloatBuffer[];
  private readonly gradientBuffers = [new FloatBuffer(), new FloatBuffer()];
  private active: ActivePass | undefined;

  constructor(
    private readonly config: ModelConfig,
    private readonly parameters: ParameterSet,
    private readonly options: TransformerOptions,
  ) {
    this.layers = new LayerRunner(config, options);
    this.head = new HeadRunner(config, parameters.finalNorm, parameters.head, options);
    this.stateBuffers = Array.from({ length: config.layers + 1 }, () => new FloatBuffer());
  }

  /** Log-probability of each scored token. `keep` holds what `backward` needs. */
  async forward(batch: TokenBatch, keep: boolean): Promise<Float32Array> {
    if (this.active !== undefined) throw new Error('a forward pass is still held: call backward or release first');
    const shape = [batch.rows * batch.columns, this.config.hiddenSize];
    const inputs = batchInputs(batch, this.config);
    // Without a backward pass two states suffice, used in turn.
    const states = this.stateBuffers.map((_, index) => this.stateBuffers[keep ? index : index % 2].tensor(shape));
    this.embed(batch.tokens, states[0].data as Float32Array);
    for (const [index, layer] of this.parameters.layers.entries()) {
      if (keep && this.options.activations === 'keep') {
        await this.layers.forwardKeeping(index, layer, inputs, states[index], states[index + 1]);
      } else {
        await this.layers.forward(layer, inputs, states[index], states[index + 1]);
      }
    }
    const last = states[states.length - 1].data as Float32Array;
    const head = await this.head.forward(this.rows(last, batch.scored.source), batch.scored.target, keep);
    if (keep) this.active = { batch, inputs, states, head };
    return head.logProb;
  }

  /** Adds the gradient of Σ weights · (−log p) of the held forward pass to the parameters' gradients. */
  async backward(weights: Float32Array): Promise<void> {
    const { active } = this;
    if (active === undefined) throw new Error('backward needs a forward pass that is still held');
    this.active = undefined;
    const { batch, inputs, states, head } = active;
    const shape = [batch.rows * batch.columns, this.config.hiddenSize];
    const width = this.config.hiddenSize;
    let [gradient, next] = this.gradientBuffers.map((buffer) => buffer.tensor(shape));
    const top = (gradient.data as Float32Array).fill(0);
    await this.head.backward(head, weights, (token, hiddenGradient) => {
      const start = batch.scored.source[token] * width;
      for (let i = 0; i < width; i++) top[start + i] += hiddenGradient[i];
    });
    for (let index = this.parameters.layers.length - 1; index >= 0; index--) {
      const kept = this.options.activations === 'keep' ? index : undefined;
      await this.layers.backward(this.parameters.layers[index], inputs, states[index], gradient, next, kept);
      [gradient, next] = [next, gradient];
    }
    this.addEmbeddingGradient(batch.tokens, gradient.data as Float32Array);
  }

  release(): void {
    this.active = undefined;
  }

  /** Writes the embedding of each token to `target` [tokens, hiddenSize]. */
  embed(tokens: Int32Array, target: Float32Array): void {
    const width = this.config.hiddenSize;
    const table = this.parameters.embedding.weight;
    for (let i = 0; i < tokens.length; i++) {
      target.set(table.subarray(tokens[i] * width, (tokens[i] + 1) * width), i * width);
    }
  }

  /** Rows of `states` [tokens, hiddenSize] at `indices`, as a new array. */
  rows(states: Float32Array, indices: Int32Array): Float32Array {
    const width = this.config.hiddenSize;
    const result = new Float32Array(indices.length * width);
    for (let i = 0; i < indices.length; i++) {
      result.set(states.subarray(indices[i] * width, (indices[i] + 1) * width), i * width);
    }
    return result;
  }

  async dispose(): Promise<void> {
    this.release();
    await this.layers.release();
    await this.head.release();
    for (const buffer of [...this.stateBuffers, ...this.gradientBuffers]) buffer.release();
  }

  private addEmbeddingGradient(tokens: Int32Array, gradient: Float32Array): void {
    const width = this.config.hiddenSize;
    const sum = this.parameters.embedding.gradient;
    for (let i = 0; i < tokens.length; i++) {
      const from = i * width;
      const to = tokens[i] * width;
      for (let j = 0; j < width; j++) sum[to + j] += gradient[from + j];
    }
  }
}
