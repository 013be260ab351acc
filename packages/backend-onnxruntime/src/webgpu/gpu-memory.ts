import type { Tensor } from 'onnxruntime-node';

/** Every GPU buffer that is held, so that none is lost: nothing but `dispose` gives a buffer back before its tensor is collected. */
export class GpuMemory {
  private readonly live = new Set<Tensor>();

  /** Buffers held now. */
  get liveBuffers(): number {
    return this.live.size;
  }

  hold(tensor: Tensor): Tensor {
    if (tensor.location !== 'gpu-buffer') throw new Error(`a tensor on the ${tensor.location} is no GPU buffer`);
    this.live.add(tensor);
    return tensor;
  }

  dispose(tensor: Tensor): void {
    if (!this.live.delete(tensor)) throw new Error('a GPU buffer is disposed of that is not held');
    tensor.dispose();
  }

  disposeAll(): void {
    for (const tensor of [...this.live]) this.dispose(tensor);
  }
}
