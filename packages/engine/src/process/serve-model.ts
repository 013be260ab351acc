import { asMemoryError } from '@profit-sft/core';
import type { ToEngine, Call } from './protocol.js';
import { modelHandlers, type OpenModel } from './model-handlers.js';
import { Questions } from './questions.js';
import { sendToParent } from './send-to-parent.js';
import { RunningGenerations } from './stopped-prompts.js';
import { serialiseError } from './serialised-error.js';

/** Does the calls of the parent process, one after the other, with the model that `openModel` gives. */
export function serveModel(openModel: OpenModel): void {
  const questions = new Questions();
  const running = new RunningGenerations();
  const handlers = modelHandlers(openModel, questions, running);
  const perform = async ({ id, method, args }: Call): Promise<void> => {
    // Calls that wait here outlive the parent by one of a long pass; another process may work in its directory by now.
    if (process.ppid !== parent) process.exit();
    try {
      const value = await (handlers[method] as (call: number, ...args: unknown[]) => unknown)(id, ...args);
      sendToParent({ type: 'reply', call: id, outcome: { value } });
    } catch (error) {
      sendToParent({ type: 'reply', call: id, outcome: { error: serialiseError(asMemoryError(error)) } });
    }
  };
  const parent = process.ppid;
  let last = Promise.resolve();
  process.on('message', (message: ToEngine) => {
    if (message.type === 'answer') questions.settle(message);
    else if (message.type === 'stop') running.stop(message);
    // The running call may wait for an answer that this very model has to give.
    else if (message.method === 'logProbs' && questions.open) void perform(message);
    else last = last.then(() => perform(message));
  });
}
