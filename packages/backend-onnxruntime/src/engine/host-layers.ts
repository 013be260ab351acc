import type { Tensor } from 'onnxruntime-node';
import type { TokenBatch } from '@profit-sft/core';
import type { AdaptedConfig } from '@profit-sft/models';
import { floatTensor, onnxTensor, type Feeds } from '../runtime/onnx-runtime.js';
import { keptProductBytes } from '../memory/kept-products.js';
import {
  type DropoutMasks,
  type DueLayer,
  type LayerPasses,
  rotaryInputs,
  type Runtime,
  type TrainedLayers,
  withoutDropout,
} from '@profit-sft/engine';
import { AttentionBlocks, type BlockSize } from './attention-blocks.js';
import { LayerProducts, TrainingLayers, type TrainingPass } from './training-layers.js';
import type { Weight } from './weight.js';

/** The layers on the CPU, whose attention runs in blocks that are parts of arrays. */
export class HostLayers implements TrainedLayers<Tensor> {
  private readonly training: TrainingLayers;
  /** Without dropout; the same in a model that has none. */
  private readonly scoring: TrainingLayers;
  /** Masks of dropout, of the layer at work. */
  private readonly masks = new LayerProducts();
  private readonly kept: readonly LayerProducts[];

  constructor(
    private readonly config: AdaptedConfig,
    private readonly parameters: readonly ReadonlyMap<string, Weight>[],
    runtime: Runtime<Tensor>,
    private readonly dropout: DropoutMasks | undefined,
    /** Of attention; default: what was measured to be fast. */
    private readonly attentionBlock?: BlockSize,
  ) {
    this.training = new TrainingLayers(config, runtime);
    this.scoring = dropout === undefined ? this.training : new TrainingLayers(withoutDropout(config), runtime);
    this.kept = parameters.map(() => new LayerProducts());
  }

  prepare(batch: TokenBatch, training: boolean): LayerPasses<Tensor> {
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
    const dropout = training ? this.dropout : undefined;
    const passNumber = dropout === undefined ? 0 : dropout.passes++;
    const layers = training ? this.training : this.scoring;
    const masksOf = (index: number): Feeds | undefined => {
      const tokens = rows * columns;
      const masks = dropout?.draw(passNumber, index, tokens, (name, size) => this.masks.numbers(name, size));
      return masks && Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, onnxTensor(mask)]));
    };
    const pass = ({ index, hidden, rows: wanted, keeping }: DueLayer<Tensor>): TrainingPass => ({
      parameters: this.parameters[index],
      tables,
      attention,
      hidden,
      masks: masksOf(index),
      ...(wanted === undefined ? {} : { rows: wanted }),
      ...(keeping ? { kept: this.kept[index] } : {}),
    });
    return {
      forward: (layer, output) => layers.forward(pass(layer), output),
      backward: (layer, outputGradient, hiddenGradient) => layers.backward(pass(layer), outputGradient, hiddenGradient),
      release: () => undefined,
    };
  }

  keptBytes(tokens: number, index: number): number {
    return keptProductBytes(this.config, tokens, index === this.kept.length - 1);
  }

  async release(): Promise<void> {
    await this.training.release();
    await this.scoring.release();
    this.masks.release();
    for (const products of this.kept) products.release();
  }
}
