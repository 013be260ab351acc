import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Spaces requests evenly so that neither limit per minute is passed in any minute: each takes its time slot when it is
 * asked for, and with it the time that its tokens fill. No bursts, so the first minute is as slow as the others.
 */
export class RequestPace {
  readonly #perRequest: number;
  readonly #perToken: number;
  #nextByRequests = 0;
  #nextByTokens = 0;
  #pausedUntil = 0;

  constructor(limits: {
    readonly requestsPerMinute?: number | undefined;
    readonly tokensPerMinute?: number | undefined;
  }) {
    this.#perRequest = 60_000 / (limits.requestsPerMinute ?? Infinity);
    this.#perToken = 60_000 / (limits.tokensPerMinute ?? Infinity);
  }

  /** Waits for the request's turn. `tokens`: how many it will take, as far as that is known before. */
  async turn(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    const at = Math.max(performance.now(), this.#nextByRequests, this.#nextByTokens);
    this.#nextByRequests = at + this.#perRequest;
    this.#nextByTokens = at + tokens * this.#perToken;
    for (;;) {
      // A pause may begin while this waits.
      const wait = Math.max(at, this.#pausedUntil) - performance.now();
      if (wait <= 0) return;
      await sleep(wait, undefined, { signal });
    }
  }

  /** The difference between what a request took and what was thought. */
  correct(tokens: number): void {
    this.#nextByTokens += tokens * this.#perToken;
  }

  /** No request begins for so many milliseconds: what the server asked of one holds for all. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + milliseconds);
  }
}
