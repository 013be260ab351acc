import type { TokenDistributions } from '@profit-sft/core';
import type { Answer } from './protocol.js';
import { sendToParent } from './send-to-parent.js';
import { deserialiseError } from './serialised-error.js';

/** What the process of a model asks its parent while it does a call. */
export class Questions {
  private readonly waiting = new Map<number, (outcome: Answer['outcome']) => void>();
  private next = 0;

  /** Whether one waits for its answer. */
  get open(): boolean {
    return this.waiting.size > 0;
  }

  /** The reference that `call` was given. */
  reference(call: number): TokenDistributions {
    return {
      logProbs: async (first, count) => {
        const id = this.next++;
        const outcome = await new Promise<Answer['outcome']>((resolve) => {
          this.waiting.set(id, resolve);
          sendToParent({ type: 'question', id, call, first, count });
        });
        if ('error' in outcome) throw deserialiseError(outcome.error);
        return outcome.value;
      },
      release: () => undefined,
    };
  }

  settle({ question, outcome }: Answer): void {
    this.waiting.get(question)?.(outcome);
    this.waiting.delete(question);
  }
}
