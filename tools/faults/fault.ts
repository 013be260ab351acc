/** What goes wrong in a process of the command, and when. `root`: only operations on files below it count. */
export type Fault = { readonly root: string; readonly role: Role } & (
  | { readonly kind: 'none' }
  /** SIGKILL at the `at`-th operation that changes files, from 1; where that one writes, half of it is written. */
  | { readonly kind: 'kill'; readonly at: number }
  /** From the `at`-th operation of its kind on, or only there, the system refuses with this code. */
  | { readonly kind: 'refuse'; readonly at: number; readonly code: ErrorCode; readonly lasting: boolean }
  /** Each write stores half of what it is given, but for the last byte. */
  | { readonly kind: 'short-writes' }
  /** The `at`-th program that the runtime is given throws. */
  | { readonly kind: 'throw'; readonly at: number }
  /** At the `at`-th operation the heap of V8 is filled until the process dies of it. */
  | { readonly kind: 'fill-heap'; readonly at: number }
  /** The wall clock jumps by hours, back and forth, many times a second. */
  | { readonly kind: 'clock' }
);

type WithoutRoot<F> = F extends unknown ? Omit<F, 'root'> : never;
/** A fault of a directory that is named elsewhere. */
export type FaultIn = WithoutRoot<Fault>;

/** Which process of the command: itself, the model's, or that of a run of an ablation. */
export type Role = 'command' | 'engine' | 'job';
export type ErrorCode = 'ENOSPC' | 'EIO' | 'EMFILE' | 'EROFS';

/** The variable that a process finds its fault in. */
export const faultVariable = 'PROFIT_FAULT';
/** The variable that names a file to which a process adds a {@link Trace} when it ends. */
export const traceVariable = 'PROFIT_FAULT_TRACE';

/** What a process did that ended by itself. */
export interface Trace {
  readonly role: Role;
  /** Each operation that changed files, e.g. `write checkpoints/…/weights.safetensors`. */
  readonly operations: readonly string[];
  /** Programs that the runtime was given. */
  readonly programs: number;
}
