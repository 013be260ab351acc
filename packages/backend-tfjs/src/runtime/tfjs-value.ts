import type { Tensor } from '@tensorflow/tfjs-core';
import type { DeviceValue, HostTensor } from '@profit-sft/engine';
import type { TensorMemory } from './tensor-memory.js';

/**
 * A value of TensorFlow.js. Its tensors never change, so this is a place whose tensor changes: to write to it is to take another
 * tensor and dispose of the old one. Without a tensor it stands for zeros, or for an array of the host that no program has read yet.
 */
export class TfjsValue implements DeviceValue {
  private held: Tensor | undefined;

  constructor(
    private readonly memory: TensorMemory,
    private shape: readonly number[],
    /** Numbers of the host; zeros where absent. */
    private waiting?: HostTensor,
    /** Programs that take it once: its tensor lives as long as the call. */
    readonly passing = false,
  ) {}

  get dims(): readonly number[] {
    return this.shape;
  }

  get tensor(): Tensor | undefined {
    return this.held;
  }

  get isZero(): boolean {
    return this.held === undefined && this.waiting === undefined;
  }

  /** Numbers of the host of which there is no tensor. */
  get onHost(): HostTensor | undefined {
    return this.waiting;
  }

  /** Takes a result of a program in place of what was here. */
  put(tensor: Tensor): void {
    this.memory.hold(tensor);
    this.clear();
    this.held = tensor;
    this.shape = tensor.shape;
  }

  /** Lets go of the tensor: zeros from now on. */
  clear(): void {
    if (this.held !== undefined) this.memory.dispose(this.held);
    this.held = undefined;
    this.waiting = undefined;
  }

  /** Zeros of a shape, unless it has that shape already. */
  reshape(shape: readonly number[]): void {
    if (shape.join() === this.shape.join()) return;
    this.clear();
    this.shape = shape;
  }
}
