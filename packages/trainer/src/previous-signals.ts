import { InvalidConfigError, type FrozenModel, type Json, type TokenBatch } from '@profit-sft/core';

/**
 * Log-probabilities under the model as it was at the last refresh. The batches of the next steps are known in advance, so
 * at a refresh they are scored with the weights of that moment and the numbers kept: no second copy of the weights, one
 * more forward pass for each batch.
 */
export class PreviousSignals {
  private readonly ofStep = new Map<number, Float32Array[]>();

  constructor(
    private readonly model: FrozenModel,
    private readonly batchesOf: (step: number) => readonly TokenBatch[],
    private readonly snapshotSteps: number,
    private readonly totalSteps: number,
  ) {}

  /** For each micro-batch of the step, those of its scored tokens. Refreshes when the last refresh is used up. */
  async of(step: number): Promise<readonly Float32Array[]> {
    const known = this.ofStep.get(step);
    if (known !== undefined) return known;
    this.ofStep.clear();
    const last = Math.min(this.totalSteps, step + this.snapshotSteps - 1);
    for (let later = step; later <= last; later++) {
      const scores: Float32Array[] = [];
      for (const batch of this.batchesOf(later)) scores.push((await this.model.score(batch, [])).logProb);
      this.ofStep.set(later, scores);
    }
    return this.ofStep.get(step) as Float32Array[];
  }

  /** What steps after `step` still need: the weights it came from are gone by then. */
  save(step: number): Json {
    return [...this.ofStep]
      .filter(([later]) => later > step)
      .map(([later, scores]) => ({
        step: later,
        logProb: scores.map(({ buffer, byteOffset, byteLength }) =>
          Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
        ),
      }));
  }

  load(saved: unknown, file: string): void {
    this.ofStep.clear();
    try {
      for (const { step, logProb } of saved as { step: number; logProb: string[] }[]) {
        const scores = logProb.map((text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
        this.ofStep.set(step, scores);
      }
    } catch (cause) {
      throw new InvalidConfigError(file, [{ path: 'previousLogProb', message: `cannot be read (${String(cause)})` }]);
    }
  }
}
