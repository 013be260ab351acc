import type { GenerateOptions, Generation } from '@profit-sft/core';
import { ownArray } from './plain-arguments.js';
import type { GenerationReport } from './protocol.js';

/**
 * Gives a generation of another process to the callbacks of this one. That process runs on while `until` is asked here: what it generated
 * behind a prompt's end is dropped, so that the result is that of one process.
 */
export class ReceivedGeneration {
  /** Prompts that `until` has ended. */
  private readonly ended = new Map<number, Generation>();
  private readonly tokens = new Map<number, number[]>();
  private generated = 0;

  constructor(private readonly options: GenerateOptions) {}

  /** Prompts that end by what this report brings. */
  receive(report: GenerationReport): number[] {
    const { onFinished, onProgress, until } = this.options;
    const endedNow: number[] = [];
    report.prompts.forEach((prompt, index) => {
      if (this.ended.has(prompt)) return;
      const token = report.tokens[index];
      const tokens = this.tokens.get(prompt) ?? [];
      this.tokens.set(prompt, tokens);
      tokens.push(token);
      this.generated++;
      if (until?.(prompt, token) !== true) return;
      const generation: Generation = { tokens: Int32Array.from(tokens), finishReason: 'stop' };
      this.ended.set(prompt, generation);
      this.tokens.delete(prompt);
      endedNow.push(prompt);
      onFinished?.(prompt, generation);
    });
    for (const { prompt, generation } of report.finished) {
      this.tokens.delete(prompt);
      if (!this.ended.has(prompt)) onFinished?.(prompt, ownGeneration(generation));
    }
    onProgress?.(until === undefined ? report.generated : this.generated);
    return endedNow;
  }

  /** What the other process returned in the end, as it is here. */
  result(generations: readonly Generation[]): Generation[] {
    return generations.map((generation, prompt) => this.ended.get(prompt) ?? ownGeneration(generation));
  }
}

function ownGeneration({ tokens, finishReason }: Generation): Generation {
  return { tokens: ownArray(tokens), finishReason };
}
