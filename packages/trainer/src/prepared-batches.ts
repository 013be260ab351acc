import type { StepBatches } from './planned-run.js';

/** The batches of each step, those of the next one made while the engine computes: selecting, shuffling and packing take no time of a step. */
export class PreparedBatches {
  private prepared: { readonly step: number; readonly batches: StepBatches } | undefined;

  constructor(private readonly batchesOf: (step: number) => StepBatches) {}

  of(step: number): StepBatches {
    return this.prepared?.step === step ? this.prepared.batches : this.batchesOf(step);
  }

  /** Makes the batches of a step once this turn of the event loop has handed its work to the engine. */
  prepare(step: number): void {
    setImmediate(() => {
      try {
        this.prepared = { step, batches: this.batchesOf(step) };
      } catch {
        // Asked for, it fails again, and where the failure is awaited.
        this.prepared = undefined;
      }
    });
  }
}
