import type { Tensor } from '@tensorflow/tfjs-core';

/** Every tensor that a value holds, so that none is lost: TensorFlow.js frees nothing by itself. */
export class TensorMemory {
  private readonly live = new Set<Tensor>();

  /** Tensors held now. */
  get liveTensors(): number {
    return this.live.size;
  }

  hold(tensor: Tensor): Tensor {
    this.live.add(tensor);
    return tensor;
  }

  dispose(tensor: Tensor): void {
    if (!this.live.delete(tensor)) throw new Error('a tensor is disposed of that is not held');
    tensor.dispose();
  }

  disposeAll(): void {
    for (const tensor of [...this.live]) this.dispose(tensor);
  }
}
