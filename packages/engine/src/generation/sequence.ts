import type { Generation, Random } from '@profit-sft/core';
import { chooseToken } from './choose-token.js';
import { penaliseRepetition } from './penalise-repetition.js';
import type { Choice } from './token-distribution.js';

/** One prompt on its way. */
export class Sequence {
  finishReason: Generation['finishReason'] | undefined;
  private readonly tokens: number[] = [];
  /** Ids of the prompt and the tokens behind it; kept where they are penalised. */
  private held: Set<number> | undefined;

  constructor(
    readonly index: number,
    private readonly prompt: Int32Array,
    private readonly random: Random,
  ) {}

  /** Tokens of the prompt and of what has come behind it. */
  get length(): number {
    return this.prompt.length + this.tokens.length;
  }

  get generated(): number {
    return this.tokens.length;
  }

  get newest(): number {
    return this.tokens[this.tokens.length - 1];
  }

  /** All tokens so far. */
  context(): Int32Array {
    if (this.tokens.length === 0) return this.prompt;
    const context = new Int32Array(this.length);
    context.set(this.prompt);
    context.set(this.tokens, this.prompt.length);
    return context;
  }

  /** The next token; `logits` are changed. */
  choose(logits: Float32Array, choice: Choice): number {
    if (choice.repetitionPenalty !== 1) {
      this.held ??= new Set(this.context());
      penaliseRepetition(logits, this.held, choice.repetitionPenalty);
    }
    return chooseToken(logits, choice, this.random);
  }

  push(token: number): void {
    this.tokens.push(token);
    this.held?.add(token);
  }

  generation(): Generation {
    return { tokens: Int32Array.from(this.tokens), finishReason: this.finishReason ?? 'length' };
  }
}
