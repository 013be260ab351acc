import type { TokenBatch } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { batchInputs } from '../passes/batch-inputs.js';
import type { LayerParameters } from '../passes/layer-runner.js';
import type { DueLayer, LayerPasses, TrainedLayers } from '../passes/passes.js';
import { intTensor, type FloatTensor } from '../runtime/host-tensor.js';
import type { Values } from '../runtime/runtime.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';
import { WholeLayerRunner, type KeptProducts, type WholeLayerPass } from './whole-layer-runner.js';

/** The layers on the device, one program for each pass of a layer: blocks of attention would be copies of buffers. */
export class DeviceLayers<V extends DeviceValue> implements TrainedLayers<V> {
  private readonly runner: WholeLayerRunner<V>;
  private readonly kept: readonly KeptProducts<V>[];

  constructor(
    private readonly config: ModelConfig,
    private readonly parameters: readonly LayerParameters<V>[],
    private readonly runtime: DeviceRuntime<V>,
  ) {
    this.runner = new WholeLayerRunner<V>(config, runtime);
    this.kept = parameters.map((_, index) => this.runner.keptProducts(index === parameters.length - 1));
  }

  prepare(batch: TokenBatch): LayerPasses<V> {
    const inputs: Values<V> = Object.fromEntries(
      Object.entries(batchInputs(batch, this.config)).map(([name, tensor]: [string, FloatTensor]) => [
        name,
        this.runtime.place(tensor),
      ]),
    );
    const pass = ({ index, hidden, rows, keeping }: DueLayer<V>): WholeLayerPass<V> => ({
      parameters: this.parameters[index],
      inputs,
      hidden,
      ...(rows === undefined ? {} : { rows: this.runtime.pass(intTensor(rows, [rows.length])) }),
      ...(keeping ? { kept: this.kept[index] } : {}),
    });
    return {
      forward: (layer, output) => this.runner.forward(pass(layer), output),
      backward: (layer, outputGradient, hiddenGradient) =>
        this.runner.backward(pass(layer), outputGradient, hiddenGradient),
      release: () => {
        for (const value of Object.values(inputs)) this.runtime.free(value);
      },
    };
  }

  keptBytes(tokens: number, index: number): number {
    return this.kept[index].bytes(tokens);
  }

  release(): Promise<void> {
    return this.runner.release();
  }
}
