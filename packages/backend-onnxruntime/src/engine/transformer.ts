import type { Tensor } from 'onnxruntime-node';
import type { ModelSignalName, PassOptions, TokenBatch, TokenDistributions } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { floatTensor } from '../runtime/onnx-runtime.js';
import { AttentionBlocks, type BlockSize } from './attention-blocks.js';
import { rotaryInputs } from './batch-inputs.js';
import { FloatBuffer } from './float-buffer.js';
import { HeadRunner, type HeadForward, type HeadOptions, type HeadSignalArrays } from './head-runner.js';
import { LayerRunner } from './layer-runner.js';
import type { ParameterSet } from './parameters.js';
import { LayerProducts, TrainingLayers, type TrainingPass } from './training-layers.js';

export interface TransformerOptions extends HeadOptions {
  /**
   * Most bytes of matrix products kept from the forward pass for the backward pass. Where those of all layers do not
   * fit, the layers are recomputed, which takes a third more work.
   */
  readonly activationMemoryBytes: number;
  /** Of attention; default: what was measured to be fast. */
  readonly attentionBlock?: BlockSize;
}

/** What a forward pass holds for its backward pass. */
interface ActivePass {
  readonly batch: TokenBatch;
  readonly inputs: Pick<TrainingPass, 'tables' | 'attention'>;
  /** Input of each layer, [tokens, hiddenSize]. */
  readonly states: readonly Tensor[];
  /** Whether the layers kept their products. */
  readonly keeping: boolean;
  readonly head: HeadForward;
}

/** Forward and backward passes over a batch, layer by layer, in buffers that are reused from batch to batch. */
export class Transformer {
  /** For generation. */
  readonly layers: LayerRunner;
  readonly head: HeadRunner;
  private readonly training: TrainingLayers;
  private readonly stateBuffers: readonly FloatBuffer[];
  private readonly scoredBuffer = new FloatBuffer();
  private readonly gradientBuffers = [new FloatBuffer(), new FloatBuffer()];
  private readonly kept: readonly LayerProducts[];
  private active: ActivePass | undefined;

  constructor(
    private readonly config: ModelConfig,
    private readonly parameters: ParameterSet,
    private readonly options: TransformerOptions,
  ) {
    this.layers = new LayerRunner(config, options);
    this.training = new TrainingLayers(config, options);
    this.head = new HeadRunner(config, parameters.finalNorm, parameters.head, options);
    this.stateBuffers = parameters.layers.map(() => new FloatBuffer());
    this.kept = parameters.layers.map(() => new LayerProducts());
  }

  /** Signals of each scored token. `keep` holds what `backward` needs. */
  async forward(
    batch: TokenBatch,
    keep: boolean,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<HeadSignalArrays> {
    const { inputs, states, keeping, scored } = await this.body(batch, keep);
    const head = await this.head.forward(scored, batch.scored.target, keep, needs, options);
    if (keep) this.active = { batch, inputs, states, keeping, head };
    return head.signals;
  }

  /** Distributions over the vocabulary of each scored token, computed in pieces from last-layer states of its own. */
  async distributions(batch: TokenBatch): Promise<TokenDistributions> {
    const { hiddenSize } = this.config;
    const scored = (await this.body(batch, false)).scored.slice();
    return {
      logProbs: (first, count) =>
        this.head.distributions(scored.subarray(first * hiddenSize, (first + count) * hiddenSize)),
      release: () => undefined,
    };
  }

  /** Runs the layers; the last one gives states [scored, hiddenSize], valid until the next batch. */
  private async body(
    batch: TokenBatch,
    keep: boolean,
  ): Promise<Pick<ActivePass, 'inputs' | 'states' | 'keeping'> & { scored: Float32Array }> {
    if (this.active !== undefined) throw new Error('a forward pass is still held: call backward or release first');
    const { hiddenSize } = this.config;
    const tokens = batch.rows * batch.columns;
    const inputs = this.batchInputs(batch);
    const keeping = keep && this.keepsProducts(tokens);
    // Without a backward pass two states suffice, used in turn.
    const states = this.stateBuffers.map((_, index) =>
      this.stateBuffers[keep ? index : index % 2].tensor([tokens, hiddenSize]),
    );
    const scored = this.scoredBuffer.tensor([batch.scored.length, hiddenSize]);
    this.embed(batch.tokens, states[0].data as Float32Array);
    for (const [index, parameters] of this.parameters.layers.entries()) {
      const last = index === states.length - 1;
      await this.training.forward(
        {
          parameters,
          ...inputs,
          hidden: states[index],
          ...(last ? { rows: batch.scored.source } : {}),
          ...(keeping ? { kept: this.kept[index] } : {}),
        },
        last ? scored : states[index + 1],
      );
    }
    return { inputs, states, keeping, scored: scored.data as Float32Array };
  }

  /** Adds the gradient of Σ weights · (−log p) + coefficients · CE(q, p) of the held forward pass to the parameters' gradients. */
  async backward(weights: Float32Array, coefficients?: Float32Array): Promise<void> {
    const { active } = this;
    if (active === undefined) throw new Error('backward needs a forward pass that is still held');
    this.active = undefined;
    const { batch, inputs, states, keeping, head } = active;
    const { hiddenSize } = this.config;
    const counts = (token: number): boolean => weights[token] !== 0 || (coefficients?.[token] ?? 0) !== 0;
    const every = Int32Array.from(weights.keys());
    // Towards the reference, whose distributions come in ranges of tokens, every token is computed.
    const ranges = coefficients !== undefined && head.reference !== undefined && every.some(counts);
    const weighted = ranges ? every : every.filter(counts);
    if (weighted.length === 0) return;
    let [gradient, next] = this.gradientBuffers.map((buffer) =>
      buffer.tensor([batch.rows * batch.columns, hiddenSize]),
    );
    const top = await this.head.backward(head, weights, weighted, coefficients);
    for (let index = states.length - 1; index >= 0; index--) {
      const last = index === states.length - 1;
      const rows = weighted.map((token) => batch.scored.source[token]);
      await this.training.backward(
        {
          parameters: this.parameters.layers[index],
          ...inputs,
          hidden: states[index],
          ...(last ? { rows } : {}),
          ...(keeping ? { kept: this.kept[index] } : {}),
        },
        last ? floatTensor(top, [weighted.length, hiddenSize]) : gradient,
        next,
      );
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

  async dispose(): Promise<void> {
    this.release();
    await this.layers.release();
    await this.training.release();
    for (const products of this.kept) products.release();
    await this.head.release();
    for (const buffer of [...this.stateBuffers, this.scoredBuffer, ...this.gradientBuffers]) buffer.release();
  }

  /** All layers or none: each further program that is in use takes memory of its own for its intermediate values. */
  private keepsProducts(tokens: number): boolean {
    const bytes = this.kept.reduce(
      (sum, _, index) => sum + this.training.keptBytes(tokens, index === this.kept.length - 1),
      0,
    );
    return bytes <= this.options.activationMemoryBytes;
  }

  private batchInputs(batch: TokenBatch): ActivePass['inputs'] {
    const { rows, columns, positions } = batch;
    const { headSize, attentionHeads } = this.config;
    const tables = rotaryInputs(this.config, positions, rows, columns);
    const tokenMajor = ({ data }: Tensor): Tensor => floatTensor(data as Float32Array, [rows * columns, headSize]);
    return {
      tables: { cosine: tokenMajor(tables.cosine), signedSine: tokenMajor(tables.signedSine) },
      attention: new AttentionBlocks(batch, attentionHeads, this.options.attentionBlock),
    };
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
