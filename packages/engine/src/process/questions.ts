import { ProfitError, type TokenDistributions } from '@profit-sft/core';
import { floats, readWith } from './message-fields.js';
import type { Answer, Question } from './protocol.js';
import { deserialiseError } from './serialised-error.js';

/** What the process of a model asks its parent while it does a call. */
export class Questions {
  private readonly waiting = new Map<number, (outcome: Answer['outcome']) => void>();
  private next = 0;

  constructor(private readonly send: (question: Question) => void) {}

  /** Whether one waits for its answer. */
  get open(): boolean {
    return this.waiting.size > 0;
  }

  /** The reference that `call` was given, over a vocabulary of the model's size. */
  reference(call: number, vocabularySize: number): TokenDistributions {
    return {
      logProbs: async (first, count) => {
        const id = this.next++;
        const outcome = await new Promise<Answer['outcome']>((resolve) => {
          this.waiting.set(id, resolve);
          this.send({ type: 'question', id, call, first, count });
        });
        if ('error' in outcome) throw deserialiseError(outcome.error);
        return readWith(floats(count * vocabularySize), outcome.value, 'log-probabilities of the reference');
      },
      release: () => undefined,
    };
  }

  settle({ question, outcome }: Answer): void {
    const resolve = this.waiting.get(question);
    if (resolve === undefined)
      throw new ProfitError('backend', `an answer to question ${question}, which nobody asked`);
    this.waiting.delete(question);
    resolve(outcome);
  }
}
