import type { Generation } from '@profit-sft/core';
import type { Stop } from './protocol.js';

/** Prompts of a running generation that the parent process has ended. */
export interface StoppedPrompts {
  /** Asked with each token; ends a generation that nobody waits for any more. */
  has(prompt: number): boolean;
}

const abandoned = new Error('nobody waits for this generation any more');

/** The running generations, by the calls that ask for them. */
export class RunningGenerations {
  private readonly stopped = new Map<number, Set<number> | 'all'>();

  /** Runs a generation that can be stopped while it lasts. */
  async run(call: number, generate: (stopped: StoppedPrompts) => Promise<Generation[]>): Promise<Generation[]> {
    this.stopped.set(call, new Set());
    try {
      return await generate({
        has: (prompt) => {
          const prompts = this.stopped.get(call);
          if (prompts === 'all') throw abandoned;
          return prompts?.has(prompt) === true;
        },
      });
    } catch (error) {
      if (error === abandoned) return [];
      throw error;
    } finally {
      this.stopped.delete(call);
    }
  }

  /** Of a generation that is over already there is nothing to stop. */
  stop({ call, prompts }: Stop): void {
    const stopped = this.stopped.get(call);
    if (stopped === undefined || stopped === 'all') return;
    if (prompts === 'all') this.stopped.set(call, 'all');
    else for (const prompt of prompts) stopped.add(prompt);
  }
}
