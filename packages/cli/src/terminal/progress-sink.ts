import type { EventSink, RunEvent, StepEvent } from '@profit-sft/core';
import { memoryLine } from './memory-line.js';
import { shownDuration } from './duration.js';
import type { TerminalStream } from './terminal.js';

/** Redraws at most this often on an interactive terminal. */
const redrawMilliseconds = 100;
/** One line at most this often elsewhere, e.g. in a log file. */
const lineMilliseconds = 5000;
/** Steps over which speed is averaged. */
const recentSteps = 20;

export interface ProgressOptions {
  /** Milliseconds since some fixed point. Default: the process's monotonic clock. */
  readonly now?: () => number;
}

/** Shows a run's events: a line that is redrawn on an interactive terminal, a line every few seconds elsewhere. */
export function progressSink(stream: TerminalStream, options: ProgressOptions = {}): EventSink {
  const now = options.now ?? (() => performance.now());
  const interval = stream.interactive ? redrawMilliseconds : lineMilliseconds;
  const recent: StepEvent[] = [];
  let totalSteps = 0;
  let lastDrawn = -Infinity;
  let shown = '';

  const clear = (): void => {
    if (shown !== '') stream.write('\r\u001b[K');
    shown = '';
  };
  const draw = (line: string): void => {
    lastDrawn = now();
    if (!stream.interactive) {
      stream.write(`${line}\n`);
      return;
    }
    const fitting = line.slice(0, Math.max(1, stream.columns - 1));
    stream.write(`\r\u001b[K${fitting}`);
    shown = fitting;
  };
  const print = (line: string): void => {
    const below = shown;
    clear();
    stream.write(`${line}\n`);
    if (below !== '') draw(below);
  };
  const onStep = (event: StepEvent): void => {
    recent.push(event);
    if (recent.length > recentSteps) recent.shift();
    if (event.step < totalSteps && now() - lastDrawn < interval) return;
    draw(stepLine(event, totalSteps, recent));
  };

  return {
    write(event: RunEvent) {
      switch (event.type) {
        case 'start':
          totalSteps = event.totalSteps;
          return print(
            `${event.masking} on ${event.runtime}: ${event.parameters.toLocaleString('en')} parameters, ${totalSteps} steps, seed ${event.seed}`,
          );
        case 'memory':
          return print(memoryLine(event));
        case 'step':
          return onStep(event);
        case 'preparation':
          if (event.done < event.total && now() - lastDrawn < interval) return;
          return draw(`${event.what}  ${percent(event.done / Math.max(1, event.total))}`);
        case 'evaluation':
          return print(
            `step ${event.step}: held-out NLL ${event.meanNll.toFixed(4)} nats/token, objective ${event.objective.toFixed(4)}, kept ${percent(event.keptFraction)}`,
          );
        case 'checkpoint':
          return print(`step ${event.step}: checkpoint ${event.directory}`);
        case 'resume':
          return print(`resumed at step ${event.step} from ${event.directory}`);
        case 'warning':
          return print(`warning, step ${event.step}: ${event.message}`);
        case 'end':
          clear();
      }
    },
    close: clear,
  };
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function stepLine(event: StepEvent, totalSteps: number, recent: readonly StepEvent[]): string {
  const seconds = recent.reduce((sum, step) => sum + step.seconds, 0);
  const tokens = recent.reduce((sum, step) => sum + step.tokens, 0);
  const left = ((totalSteps - event.step) * seconds) / recent.length;
  const rate = seconds > 0 ? Math.round(tokens / seconds).toLocaleString('en') : '–';
  return [
    `step ${event.step}/${totalSteps}`,
    `${rate} tokens/s`,
    `NLL ${event.meanNll.toFixed(4)}`,
    `kept ${percent(event.keptFraction)}`,
    `lr ${event.learningRate.toExponential(2)}`,
    `${shownDuration(left)} left`,
  ].join('  ');
}
