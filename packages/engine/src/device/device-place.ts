import type { DeviceValue } from './device-runtime.js';

/** What keeps account of a runtime's own values. */
export interface DeviceMemory<Held> {
  hold(value: Held): void;
  dispose(value: Held): void;
}

/**
 * A value of a runtime whose results never change: a place whose content changes. To write to it is to take another result and dispose of
 * the old one. Without content it stands for zeros, or for an array of the host that is not on the device yet.
 */
export abstract class DevicePlace<Held, Waiting> implements DeviceValue {
  protected held: Held | undefined;

  constructor(
    private readonly memory: DeviceMemory<Held>,
    private shape: readonly number[],
    /** Numbers of the host; zeros where absent. */
    private waiting?: Waiting,
    /** Programs that take it once: what is made of it lives as long as the call. */
    readonly passing = false,
  ) {}

  get dims(): readonly number[] {
    return this.shape;
  }

  get isZero(): boolean {
    return this.held === undefined && this.waiting === undefined;
  }

  /** Numbers of the host that are not on the device. */
  get onHost(): Waiting | undefined {
    return this.waiting;
  }

  /** Takes a result of a program in place of what was here. */
  protected take(result: Held, shape: readonly number[]): void {
    this.memory.hold(result);
    this.clear();
    this.held = result;
    this.shape = shape;
  }

  /** Lets go of the content: zeros from now on. */
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
