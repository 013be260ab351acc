import type { DeviceValue } from '@profit-sft/engine';
import type { ReferenceArray } from '@profit-sft/graph';

/**
 * A place for a float64 array. Arrays are never changed, only replaced, so that several places may hold one. Without an array it stands
 * for zeros.
 */
export class ReferenceValue implements DeviceValue {
  private held: Float64Array | undefined;

  constructor(private shape: readonly number[]) {}

  get dims(): readonly number[] {
    return this.shape;
  }

  get isZero(): boolean {
    return this.held === undefined;
  }

  get array(): ReferenceArray {
    const count = this.shape.reduce((product, size) => product * size, 1);
    return { shape: this.shape, data: this.held ?? new Float64Array(count) };
  }

  put({ shape, data }: ReferenceArray): void {
    this.shape = shape;
    this.held = data;
  }

  /** Zeros from now on. */
  clear(): void {
    this.held = undefined;
  }

  /** Zeros of a shape, unless it has that shape already. */
  reshape(shape: readonly number[]): void {
    if (shape.join() === this.shape.join()) return;
    this.clear();
    this.shape = shape;
  }
}
