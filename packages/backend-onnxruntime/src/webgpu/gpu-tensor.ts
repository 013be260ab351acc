import type { Tensor } from 'onnxruntime-node';
import { DevicePlace } from '@profit-sft/engine';

/** A tensor of the WebGPU provider, which writes results into new buffers only. */
export class GpuTensor extends DevicePlace<Tensor, Tensor> {
  get buffer(): Tensor | undefined {
    return this.held;
  }

  put(buffer: Tensor): void {
    this.take(buffer, buffer.dims);
  }
}
