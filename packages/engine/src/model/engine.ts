import type {
  BatchShape,
  GenerateOptions,
  Generation,
  MemoryPlan,
  UpdateOptions,
  UpdateResult,
} from '@profit-sft/core';
import type { Value } from '../runtime/runtime.js';
import type { LossScale } from './loss-scale.js';
import type { StoredParameter } from '../passes/parameters.js';
import type { Transformer } from '../passes/transformer.js';

export interface Optimizer {
  /** Steps taken. */
  step: number;
  /** In mixed precision: what accumulated gradients are multiplied by. */
  readonly lossScale?: LossScale;
  update(options: UpdateOptions): Promise<UpdateResult>;
  close(): Promise<void>;
}

/** The forward passes of training that dropout has drawn masks for. */
export interface DropoutState {
  passes: number;
}

/** A model's state and everything that works on it, on one execution provider. */
export interface Engine {
  /** What runs it, e.g. `onnxruntime cpu`. */
  readonly runtime: string;
  /** Those that are trained, in canonical order. */
  readonly parameters: readonly StoredParameter[];
  readonly passes: Pick<Transformer<Value>, 'forward' | 'backward' | 'distributions' | 'release'>;
  readonly optimizer: Optimizer;
  /** Where there is dropout: what its masks depend on. */
  readonly dropout?: DropoutState;
  /** Absent where it is not known. */
  planMemory?(largest: BatchShape): MemoryPlan;
  generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]>;
  dispose(): Promise<void>;
}
