import type { AnnotatorUsage } from '@profit-sft/core';
import { JudgeError } from './judge-error.js';

export interface TokenUse {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Counts tokens and what they cost, and keeps that below a limit. */
export class Spending {
  readonly #inputPrice: number | undefined;
  readonly #outputPrice: number | undefined;
  readonly #maxCost: number;
  #requests = 0;
  #cached = 0;
  #promptTokens = 0;
  #completionTokens = 0;
  /** Cost of what is under way, at the most. */
  #reserved = 0;
  #waiting: (() => void)[] = [];
  /** The most prompt tokens that a request took for each that was expected: tokenizers differ, and are not known here. */
  #underestimate = 1;

  constructor(options: {
    readonly inputPrice?: number | undefined;
    readonly outputPrice?: number | undefined;
    readonly maxCost?: number | undefined;
  }) {
    this.#inputPrice = options.inputPrice;
    this.#outputPrice = options.outputPrice;
    this.#maxCost = options.maxCost ?? Infinity;
  }

  #costOf({ promptTokens, completionTokens }: TokenUse): number {
    return (promptTokens * (this.#inputPrice ?? 0) + completionTokens * (this.#outputPrice ?? 0)) / 1e6;
  }

  #spent(): number {
    return this.#costOf({ promptTokens: this.#promptTokens, completionTokens: this.#completionTokens });
  }

  /**
   * Before a request that is expected to take at most `most`. Where the limit is near, it waits until requests under way are
   * counted. Gives the cost that is kept free for it, for `settle`.
   *
   * @throws JudgeError when the limit could be passed
   */
  async reserve(most: TokenUse): Promise<number> {
    for (;;) {
      const cost = this.#costOf({ ...most, promptTokens: most.promptTokens * this.#underestimate });
      if (this.#spent() + this.#reserved + cost <= this.#maxCost) {
        this.#reserved += cost;
        this.#requests++;
        return cost;
      }
      if (this.#reserved === 0) {
        throw new JudgeError(
          `maxCost ${this.#maxCost} is reached: ${this.#spent().toFixed(4)} is spent, and the next request may cost ` +
            `${cost.toFixed(4)}. Raise maxCost and run again: answers that were paid for are not asked again.`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** After the request for which `cost` was reserved. */
  settle(cost: number, most: TokenUse, used: TokenUse): void {
    this.#underestimate = Math.max(this.#underestimate, used.promptTokens / most.promptTokens);
    // Below a rounding error it is nothing: waiting for it would never end.
    const rest = this.#reserved - cost;
    this.#reserved = rest < 1e-12 ? 0 : rest;
    this.#promptTokens += used.promptTokens;
    this.#completionTokens += used.completionTokens;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  countCached(): void {
    this.#cached++;
  }

  usage(): AnnotatorUsage {
    const priced = this.#inputPrice !== undefined && this.#outputPrice !== undefined;
    return {
      requests: this.#requests,
      cached: this.#cached,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      cost: priced ? this.#spent() : undefined,
    };
  }
}
