/**
 * Whether somebody whose heartbeat is all that is known is alive. Only changes count, and the time that they were waited for; no clock is
 * compared with another, so that it does not matter if one is wrong or set anew.
 */
export class SignsOfLife {
  #name = '';
  #beat = '';
  #looked = 0;
  #silence = 0;
  #heard = false;

  /**
   * @param silenceMilliseconds after so long without a change a holder is gone
   * @param lookMilliseconds the usual time between two looks: a longer one counts as two of them, since then it may be the watcher who stood still
   */
  constructor(
    private readonly silenceMilliseconds: number,
    private readonly lookMilliseconds: number,
  ) {}

  /** Milliseconds without a change. */
  get silence(): number {
    return this.#silence;
  }

  look(name: string, beat: string): 'alive' | 'gone' | 'unknown' {
    const now = performance.now();
    const passed = Math.min(now - this.#looked, 2 * this.lookMilliseconds);
    this.#looked = now;
    if (name !== this.#name) {
      [this.#name, this.#beat, this.#silence, this.#heard] = [name, beat, 0, false];
    } else if (beat !== this.#beat) {
      [this.#beat, this.#silence, this.#heard] = [beat, 0, true];
    } else {
      this.#silence += passed;
      if (this.#silence >= this.silenceMilliseconds) return 'gone';
    }
    return this.#heard ? 'alive' : 'unknown';
  }
}
