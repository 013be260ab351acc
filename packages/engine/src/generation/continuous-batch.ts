import { fits, type CacheBudget } from './cache-budget.js';
import type { PromptDecoder } from './prompt-decoder.js';
import type { Sequence } from './sequence.js';

/** Waiting prompts join once this share of the places is free: a pass for each that comes alone would cost about a step. */
const joiningShare = 1 / 8;

/** Chooses the next token of a sequence by its logits, and sets its `finishReason` where that was the last. */
export type Advance = (sequence: Sequence, logits: Float32Array) => void;

/**
 * Sequences that are decoded together while others wait: what has finished leaves after any step and what waits takes its place
 * (continuous batching, Orca, OSDI 2022), within one budget of cache. Where growing texts exceed the budget, the shortest goes back to wait
 * and is run again from its tokens, as vLLM recomputes what it preempts (arXiv 2309.06180, section 4.5).
 */
export class ContinuousBatch {
  private running: Sequence[] = [];
  private waiting: Sequence[];

  constructor(
    private readonly decoder: PromptDecoder,
    private readonly vocabularySize: number,
    private readonly budget: CacheBudget,
    sequences: readonly Sequence[],
    private readonly advance: Advance,
  ) {
    this.waiting = [...sequences].sort((a, b) => a.length - b.length);
  }

  get finished(): boolean {
    return this.running.length === 0 && this.waiting.length === 0;
  }

  /** Lets waiting sequences in, where enough room is free, and chooses their next tokens. Whether any came. */
  async admit(): Promise<boolean> {
    const admitted = this.admissible();
    if (admitted.length === 0) return false;
    this.waiting.splice(0, admitted.length);
    // Those that were sent back to wait are longer than what they stand before.
    admitted.sort((a, b) => a.length - b.length);
    const first = this.running.length;
    this.running.push(...admitted);
    await this.choose(first, await this.decoder.add(admitted.map((sequence) => sequence.context())));
    return true;
  }

  /** Decodes one token of each sequence. Whether there are any. */
  async step(): Promise<boolean> {
    await this.makeRoom();
    if (this.running.length === 0) return false;
    await this.choose(0, await this.decoder.step(Int32Array.from(this.running, ({ newest }) => newest)));
    return true;
  }

  private admissible(): Sequence[] {
    const { budget, running, waiting } = this;
    const free = budget.sequences - running.length;
    const enough = Math.min(Math.ceil(budget.sequences * joiningShare), waiting.length);
    if (running.length > 0 && free < enough) return [];
    let longest = longestOf(running);
    let count = 0;
    for (; count < Math.min(free, waiting.length); count++) {
      longest = Math.max(longest, waiting[count].length);
      const rows = running.length + count + 1;
      if (rows > 1 && !fits(budget, rows, longest, true)) break;
    }
    return waiting.slice(0, count);
  }

  /** Sends sequences back to wait until the others have room for one token more. */
  private async makeRoom(): Promise<void> {
    const left = [...this.running];
    const longest = longestOf(left);
    while (left.length > 1 && !fits(this.budget, left.length, longest)) {
      const shortest = left.reduce((found, sequence) => (sequence.length < found.length ? sequence : found));
      left.splice(left.indexOf(shortest), 1);
      this.waiting.unshift(shortest);
    }
    if (left.length < this.running.length) await this.keep(new Set(left));
  }

  /** Logits [running from `first`, vocabularySize] */
  private async choose(first: number, logits: Float32Array): Promise<void> {
    const { vocabularySize: width } = this;
    this.running.slice(first).forEach((sequence, row) => {
      this.advance(sequence, logits.subarray(row * width, (row + 1) * width));
    });
    const unfinished = this.running.filter(({ finishReason }) => finishReason === undefined);
    if (unfinished.length < this.running.length) await this.keep(new Set(unfinished));
  }

  private async keep(kept: ReadonlySet<Sequence>): Promise<void> {
    const rows = rowsWithoutGaps(this.running.map((sequence) => kept.has(sequence)));
    this.running = rows.map((row) => this.running[row]);
    await this.decoder.keep(rows);
  }
}

function longestOf(sequences: readonly Sequence[]): number {
  return sequences.reduce((longest, { length }) => Math.max(longest, length), 0);
}

/** The rows that are kept, those behind moved to the places of those that are not: few rows of a cache are copied. */
export function rowsWithoutGaps(kept: readonly boolean[]): number[] {
  const count = kept.filter(Boolean).length;
  const behind = [...kept.keys()].filter((row) => row >= count && kept[row]);
  return Array.from({ length: count }, (_, row) => (kept[row] ? row : (behind.shift() as number)));
}
