import type { Tensor } from 'onnxruntime-node';
import type { TokenBatch } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { batchInputs } from '../engine/batch-inputs.js';
import type { LayerParameters } from '../engine/layer-runner.js';
import type { DueLayer, LayerPasses, TrainedLayers } from '../engine/passes.js';
import { intTensor } from '../runtime/onnx-runtime.js';
import type { Values } from '../runtime/runtime.js';
import type { DeviceRuntime } from './device-runtime.js';
import type { DeviceTensor } from './device-tensor.js';
import { WholeLayerRunner, type KeptProducts, type WholeLayerPass } from './whole-layer-runner.js';

/** The layers on the device, one program for each pass of a layer: blocks of attention would be copies of buffers. */
export class DeviceLayers implements TrainedLayers<DeviceTensor> {
  private readonly runner: WholeLayerRunner;
  private readonly kept: readonly KeptProducts[];

  constructor(
    private readonly config: ModelConfig,
    private readonly parameters: readonly LayerParameters<DeviceTensor>[],
    private readonly runtime: DeviceRuntime,
  ) {
    this.runner = new WholeLayerRunner(config, runtime);
    this.kept = parameters.map((_, index) => this.runner.keptProducts(index === parameters.length - 1));
  }

  prepare(batch: TokenBatch): LayerPasses<DeviceTensor> {
    const inputs: Values<DeviceTensor> = Object.fromEntries(
      Object.entries(batchInputs(batch, this.config)).map(([name, tensor]: [string, Tensor]) => [
        name,
        this.runtime.place(tensor),
      ]),
    );
    const pass = ({ index, hidden, rows, keeping }: DueLayer<DeviceTensor>): WholeLayerPass => ({
      parameters: this.parameters[index],
      inputs,
      hidden,
      ...(rows === undefined ? {} : { rows: this.runtime.place(intTensor(rows, [rows.length])) }),
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
