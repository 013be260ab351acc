import type { Tensor } from '@tensorflow/tfjs-core';
import { DevicePlace, type HostTensor } from '@profit-sft/engine';

/** A value of TensorFlow.js, whose tensors never change. */
export class TfjsValue extends DevicePlace<Tensor, HostTensor> {
  get tensor(): Tensor | undefined {
    return this.held;
  }

  put(tensor: Tensor): void {
    this.take(tensor, tensor.shape);
  }
}
