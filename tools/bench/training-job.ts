import type { RandomAdapter } from './random-model.js';
import type { ShapeName } from './shapes.js';

/** Training steps for a process of its own, in this engine or in PyTorch. */
export interface TrainingJob {
  readonly shape: ShapeName;
  readonly rule: 'sft' | 'profit';
  /** Share of each row's tokens that are response. */
  readonly response: number;
  /** Share of the response tokens that `profit` keeps. */
  readonly keptShare: number;
  /** Bytes that the engine's process may take; absent: what its defaults allow. */
  readonly memoryBytes?: number;
  /** Train adapters in place of the model; the engine's own only. */
  readonly adapter?: RandomAdapter;
}

/** What a process says of itself at its end. */
export interface TrainingSummary {
  /** Resident bytes when everything was imported and nothing built. */
  readonly imported: number;
  /** Largest resident set, in bytes. */
  readonly peak: number;
  /** Processor seconds of a step, of all threads; of the engine's process. Other programs on the machine change it little. */
  readonly processorSeconds?: number;
  /** The bytes that the engine planned for. */
  readonly planned?: number;
  /** What computed it, with versions. */
  readonly runtime: string;
}
