import { closeSync, openSync, writeSync } from 'node:fs';
import type { EventSink } from '@profit-sft/core';

/** A log for people: a line every `interval` steps with means over them, written to a file and to stderr. */
export class TrainingLog implements EventSink {
  readonly #descriptor: number;
  readonly #interval: number;
  readonly #startedAt = performance.now();
  #totalSteps = 0;
  #steps = 0;
  #nll = 0;
  #tokens = 0;
  #seconds = 0;

  /** `append`: goes on with the log of a run that was interrupted. */
  constructor(file: string, interval: number, append: boolean) {
    this.#descriptor = openSync(file, append ? 'a' : 'w');
    this.#interval = interval;
  }

  note(text: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(0).padStart(5);
    const line = `${seconds} s  ${text}\n`;
    writeSync(this.#descriptor, line);
    process.stderr.write(line);
  }

  write(event: Parameters<EventSink['write']>[0]): void {
    switch (event.type) {
      case 'start':
        this.#totalSteps = event.totalSteps;
        this.note(`${event.parameters} parameters, ${event.totalSteps} steps, ${event.runtime}, seed ${event.seed}`);
        break;
      case 'step': {
        this.#steps++;
        this.#nll += event.meanNll;
        this.#tokens += event.tokens;
        this.#seconds += event.seconds;
        if (event.step % this.#interval !== 0 && event.step !== this.#totalSteps) break;
        const nll = (this.#nll / this.#steps).toFixed(4);
        const rate = (this.#tokens / this.#seconds).toFixed(0);
        const learningRate = event.learningRate.toExponential(2);
        const norm = event.gradientNorm?.toFixed(3) ?? '-';
        this.note(
          `step ${event.step}/${this.#totalSteps}  NLL ${nll}  learning rate ${learningRate}  gradient norm ${norm}  ${rate} tokens/s`,
        );
        this.#steps = this.#nll = this.#tokens = this.#seconds = 0;
        break;
      }
      case 'evaluation':
        this.note(`step ${event.step}  held-out NLL ${event.meanNll.toFixed(4)} over ${event.tokens} tokens`);
        break;
      case 'warning':
        this.note(`step ${event.step}  warning: ${event.message}`);
        break;
      default:
    }
  }

  /** The trainer closes its sinks when a run ends; lines may still follow. */
  close(): void {}

  end(): void {
    closeSync(this.#descriptor);
  }
}
