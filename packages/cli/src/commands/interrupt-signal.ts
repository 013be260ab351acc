import { exitCodes } from '@profit-sft/core';
import type { TerminalStream } from '../terminal/terminal.js';

/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM), so that the step is finished and a checkpoint written; `message` says so. The
 * second ends the process at once. `release` gives the signals their usual meaning back.
 */
export function interruptSignal(
  stream: TerminalStream,
  message = 'finishing the step and writing a checkpoint; once more to stop at once',
): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
    stream.write(`\n${message}\n`);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
