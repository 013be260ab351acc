import type { Tensor } from 'onnxruntime-node';
import type { DeviceValue } from '@profit-sft/engine';
import type { GpuMemory } from './gpu-memory.js';

/**
 * A tensor of the WebGPU provider. The provider writes results into new buffers only, so this is a place whose buffer
 * changes: to write to it is to take another buffer and dispose of the old one. Without a buffer it stands for zeros, or
 * for an array of the host that has not gone up yet.
 */
export class GpuTensor implements DeviceValue {
  private held: Tensor | undefined;

  constructor(
    private readonly memory: GpuMemory,
    private shape: readonly number[],
    /** Numbers of the host; zeros where absent. */
    private waiting?: Tensor,
    /** Programs that take it once: the numbers go up with the call, and no buffer is held. */
    readonly passing = false,
  ) {}

  get dims(): readonly number[] {
    return this.shape;
  }

  get buffer(): Tensor | undefined {
    return this.held;
  }

  get isZero(): boolean {
    return this.held === undefined && this.waiting === undefined;
  }

  /** Numbers of the host that are not on the device. */
  get onHost(): Tensor | undefined {
    return this.waiting;
  }

  /** Takes a result of a program in place of what was here. */
  put(buffer: Tensor): void {
    this.memory.hold(buffer);
    this.clear();
    this.held = buffer;
    this.shape = buffer.dims;
  }

  /** Lets go of the buffer: zeros from now on. */
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
