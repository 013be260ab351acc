import type { ShapeName } from './shapes.js';

/** Training steps for a process of its own, in this engine or in PyTorch. */
export interface TrainingJob {
  readonly shape: ShapeName;
  readonly rule: 'sft' | 'profit';
  /** Share of each row's tokens that are response. */
  readonly response: number;
  /** Share of the response tokens that `profit` keeps. */
  readonly keptShare: number;
}

/** What a process says of itself at its end. */
export interface TrainingSummary {
  /** Resident bytes when everything was imported and nothing built. */
  readonly imported: number;
  /** Largest resident set, in bytes. */
  readonly peak: number;
  /** What computed it, with versions. */
  readonly runtime: string;
}
