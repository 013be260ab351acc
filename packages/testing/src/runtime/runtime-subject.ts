import type { DeviceRuntime, DeviceValue, HostTensor, Runtime, Value, Values } from '@profit-sft/engine';

/** A runtime to check, whose values the process can see. */
export interface HostRuntimeSubject<V extends Value, R extends Runtime<V> = Runtime<V>> {
  readonly name: string;
  /** A new runtime. */
  open(): R | Promise<R>;
  /** The numbers of a value. */
  read(value: V): ArrayLike<number>;
  /** Buffers, tensors or whatever else the runtime holds now; without it nothing is checked for leaks. */
  liveValues?(runtime: R): number;
  close?(runtime: R): void | Promise<void>;
  /** Largest error of a result, in parts of the larger of 1 and the expected number; default 3e-5, which is float32's. */
  readonly tolerance?: number;
}

/** A runtime to check, whose values live on a device. */
export interface DeviceRuntimeSubject<V extends DeviceValue, R extends DeviceRuntime<V> = DeviceRuntime<V>> {
  readonly name: string;
  open(): R | Promise<R>;
  liveValues?(runtime: R): number;
  readonly tolerance?: number;
}

/** What the checks ask of either. */
export interface OpenRuntime<V extends Value, R extends Runtime<V> = Runtime<V>> {
  readonly name: string;
  readonly runtime: R;
  readonly tolerance: number;
  read(value: V): Promise<ArrayLike<number>>;
  liveValues(): number | undefined;
}

const defaultTolerance = 3e-5;

/** Opens a runtime for a check and closes it. */
export async function withHostRuntime<V extends Value, R extends Runtime<V>, T>(
  subject: HostRuntimeSubject<V, R>,
  check: (open: OpenRuntime<V, R>) => Promise<T>,
): Promise<T> {
  const runtime = await subject.open();
  try {
    return await check({
      name: subject.name,
      runtime,
      tolerance: subject.tolerance ?? defaultTolerance,
      read: (value) => Promise.resolve(subject.read(value)),
      liveValues: () => subject.liveValues?.(runtime),
    });
  } finally {
    await subject.close?.(runtime);
  }
}

/** Opens a runtime of a device for a check and releases it. */
export async function withDeviceRuntime<V extends DeviceValue, R extends DeviceRuntime<V>, T>(
  subject: DeviceRuntimeSubject<V, R>,
  check: (open: OpenRuntime<V, R>) => Promise<T>,
): Promise<T> {
  const runtime = await subject.open();
  try {
    return await check({
      name: subject.name,
      runtime,
      tolerance: subject.tolerance ?? defaultTolerance,
      read: (value) => runtime.download(value),
      liveValues: () => subject.liveValues?.(runtime),
    });
  } finally {
    await runtime.release();
  }
}

/** Tensors of the host as values. */
export function placed<V extends Value>(runtime: Runtime<V>, tensors: Readonly<Record<string, HostTensor>>): Values<V> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, runtime.place(tensor)]));
}

export function freeAll<V extends Value>(runtime: Runtime<V>, ...sets: readonly Values<V>[]): void {
  for (const value of new Set(sets.flatMap((set) => Object.values(set)))) runtime.free(value);
}
