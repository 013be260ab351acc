import type { Tensor } from 'onnxruntime-node';
import type { TokenBatch } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { floatTensor } from '../runtime/onnx-runtime.js';
import { keptProductBytes } from '../memory/kept-products.js';
import { type DueLayer, type LayerPasses, rotaryInputs, type Runtime, type TrainedLayers } from '@profit-sft/engine';
import { AttentionBlocks, type BlockSize } from './attention-blocks.js';
import type { Parameter } from './parameters.js';
import { LayerProducts, TrainingLayers, type TrainingPass } from './training-layers.js';

/** The layers on the CPU, whose attention runs in blocks that are parts of arrays. */
export class HostLayers implements TrainedLayers<Tensor> {
  private readonly training: TrainingLayers;
  private readonly kept: readonly LayerProducts[];

  constructor(
    private readonly config: ModelConfig,
    private readonly parameters: readonly ReadonlyMap<string, Parameter>[],
    runtime: Runtime<Tensor>,
    /** Of attention; default: what was measured to be fast. */
    private readonly attentionBlock?: BlockSize,
  ) {
    this.training = new TrainingLayers(config, runtime);
    this.kept = parameters.map(() => new LayerProducts());
  }

  prepare(batch: TokenBatch): LayerPasses<Tensor> {
    const { rows, columns, positions } = batch;
    const { headSize, attentionHeads } = this.config;
    const tokenMajor = ({ data }: Tensor): Tensor => floatTensor(data as Float32Array, [rows * columns, headSize]);
    const tables = Object.fromEntries(
      Object.entries(rotaryInputs(this.config, positions, rows, columns)).map(([name, table]: [string, Tensor]) => [
        name,
        tokenMajor(table),
      ]),
    );
    const attention = new AttentionBlocks(batch, attentionHeads, this.attentionBlock);
    const pass = ({ index, hidden, rows: wanted, keeping }: DueLayer<Tensor>): TrainingPass => ({
      parameters: this.parameters[index],
      tables,
      attention,
      hidden,
      ...(wanted === undefined ? {} : { rows: wanted }),
      ...(keeping ? { kept: this.kept[index] } : {}),
    });
    return {
      forward: (layer, output) => this.training.forward(pass(layer), output),
      backward: (layer, outputGradient, hiddenGradient) =>
        this.training.backward(pass(layer), outputGradient, hiddenGradient),
      release: () => undefined,
    };
  }

  keptBytes(tokens: number, index: number): number {
    return keptProductBytes(this.config, tokens, index === this.kept.length - 1);
  }

  async release(): Promise<void> {
    await this.training.release();
    for (const products of this.kept) products.release();
  }
}
