import type { TokenBatch } from '@profit-sft/core';
import type { AdaptedConfig } from '@profit-sft/models';
import { withoutDropout, type DropoutMasks } from '../adapter/dropout-masks.js';
import { batchInputs } from '../passes/batch-inputs.js';
import type { LayerParameters } from '../passes/layer-runner.js';
import type { DueLayer, LayerPasses, TrainedLayers } from '../passes/passes.js';
import { intTensor, type HostTensor } from '../runtime/host-tensor.js';
import type { Values } from '../runtime/runtime.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';
import { WholeLayerRunner, type KeptProducts, type WholeLayerPass } from './whole-layer-runner.js';

/** The layers on the device, one program for each pass of a layer: blocks of attention would be copies of buffers. */
export class DeviceLayers<V extends DeviceValue> implements TrainedLayers<V> {
  private readonly runner: WholeLayerRunner<V>;
  /** Without dropout; the same runner in a model that has none. */
  private readonly scorer: WholeLayerRunner<V>;
  private readonly kept: readonly KeptProducts<V>[];

  constructor(
    private readonly config: AdaptedConfig,
    private readonly parameters: readonly LayerParameters<V>[],
    private readonly runtime: DeviceRuntime<V>,
    private readonly dropout: DropoutMasks | undefined,
  ) {
    this.runner = new WholeLayerRunner<V>(config, runtime);
    this.scorer = dropout === undefined ? this.runner : new WholeLayerRunner<V>(withoutDropout(config), runtime);
    this.kept = parameters.map((_, index) => this.runner.keptProducts(index === parameters.length - 1));
  }

  prepare(batch: TokenBatch, training: boolean): LayerPasses<V> {
    const placed = (tensors: object): Values<V> =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]: [string, HostTensor]) => [name, this.runtime.place(tensor)]),
      );
    const inputs = placed(batchInputs(batch, this.config));
    const dropout = training ? this.dropout : undefined;
    const passNumber = dropout === undefined ? 0 : dropout.passes++;
    const runner = training ? this.runner : this.scorer;
    /** Masks are made for each use of a layer and let go of: together they would take more than all else that a pass holds. */
    const withMasks = async (layer: DueLayer<V>, run: (due: WholeLayerPass<V>) => Promise<void>): Promise<void> => {
      if (dropout === undefined) return run(pass(layer));
      const masks = placed(dropout.draw(passNumber, layer.index, batch.rows * batch.columns));
      try {
        await run({ ...pass(layer), masks });
      } finally {
        for (const mask of Object.values(masks)) this.runtime.free(mask);
      }
    };
    const pass = ({ index, hidden, rows, keeping }: DueLayer<V>): WholeLayerPass<V> => ({
      parameters: this.parameters[index],
      inputs,
      hidden,
      ...(rows === undefined ? {} : { rows: this.runtime.pass(intTensor(rows, [rows.length])) }),
      ...(keeping ? { kept: this.kept[index] } : {}),
    });
    return {
      forward: (layer, output) => withMasks(layer, (due) => runner.forward(due, output)),
      backward: (layer, outputGradient, hiddenGradient) =>
        withMasks(layer, (due) => runner.backward(due, outputGradient, hiddenGradient)),
      release: () => {
        for (const value of Object.values(inputs)) this.runtime.free(value);
      },
    };
  }

  keptBytes(tokens: number, index: number): number {
    return this.kept[index].bytes(tokens);
  }

  async release(): Promise<void> {
    await this.runner.release();
    await this.scorer.release();
  }
}
