import type { EventSink } from '@profit-sft/core';

const interval = 5000;

/** One line on stderr that shows how far a part is: redrawn on a terminal, else printed every five seconds. */
export class ProgressLine {
  readonly #title: string;
  #printedAt = 0;

  constructor(title: string) {
    this.#title = title;
  }

  update(done: number, total: number, detail = ''): void {
    const now = performance.now();
    const terminal = process.stderr.isTTY;
    if (!terminal && now - this.#printedAt < interval) return;
    this.#printedAt = now;
    const text = `${this.#title}  ${done}/${total}${detail === '' ? '' : `  ${detail}`}`;
    process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** Ends the line with what came out. */
  finish(outcome: string): void {
    process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${this.#title}  ${outcome}\n`);
  }
}

/** Shows the steps of a run on a progress line. */
export function progressSink(line: ProgressLine): EventSink {
  let totalSteps = 0;
  return {
    write(event) {
      if (event.type === 'start') totalSteps = event.totalSteps;
      if (event.type !== 'step') return;
      const kept = `${(100 * event.keptFraction).toFixed(0)} % of tokens kept`;
      line.update(event.step, totalSteps, `NLL ${event.meanNll.toFixed(3)}  ${kept}`);
    },
  };
}
