/** Passes on a growing count, at most once in an interval; `finish` passes on the last one. */
export class ThrottledProgress {
  private reported = -Infinity;
  private waiting: number | undefined;

  constructor(
    private readonly pass: (tokens: number) => void,
    private readonly milliseconds: number,
  ) {}

  readonly report = (tokens: number): void => {
    this.waiting = tokens;
    if (performance.now() - this.reported >= this.milliseconds) this.finish();
  };

  finish(): void {
    if (this.waiting === undefined) return;
    this.pass(this.waiting);
    this.waiting = undefined;
    this.reported = performance.now();
  }
}
