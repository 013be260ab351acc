import { asMemoryError } from '@profit-sft/core';
import { checkCall, readToEngine } from './messages-to-engine.js';
import type { Call, FromEngine } from './protocol.js';
import { modelHandlers, type OpenModel } from './model-handlers.js';
import { Questions } from './questions.js';
import { sendToParent } from './send-to-parent.js';
import { RunningGenerations } from './stopped-prompts.js';
import { serialiseError } from './serialised-error.js';

/**
 * Takes a message of the parent process; resolves, for a call, when that is answered.
 *
 * @throws ProfitError for what is no message, which has no call that could fail
 */
export type Receive = (message: unknown) => Promise<void>;

/**
 * Does the calls of the messages that it receives, one after the other, with the model that `openModel` gives.
 *
 * @param send takes what is told the parent process
 */
export function modelReceiver(openModel: OpenModel, send: (message: FromEngine) => void): Receive {
  const questions = new Questions(send);
  const running = new RunningGenerations();
  const handlers = modelHandlers(openModel, questions, running, send);
  const perform = async (call: Call): Promise<void> => {
    const { id, method, args } = call;
    // Calls that wait here outlive the parent by one of a long pass; another process may work in its directory by now.
    if (process.ppid !== parent) process.exit();
    try {
      checkCall(call);
      const value = await (handlers[method] as (call: number, ...args: unknown[]) => unknown)(id, ...args);
      send({ type: 'reply', call: id, outcome: { value } });
    } catch (error) {
      send({ type: 'reply', call: id, outcome: { error: serialiseError(asMemoryError(error)) } });
    }
  };
  const parent = process.ppid;
  let last = Promise.resolve();
  return (received) => {
    const message = readToEngine(received);
    if (message.type === 'answer') questions.settle(message);
    else if (message.type === 'stop') running.stop(message);
    // The running call may wait for an answer that this very model has to give.
    else if (message.method === 'logProbs' && questions.open) return perform(message);
    else return (last = last.then(() => perform(message)));
    return Promise.resolve();
  };
}

/** Does the calls of the parent process. A message that makes no sense ends this process with an error, which its parent hears of. */
export function serveModel(openModel: OpenModel): void {
  const receive = modelReceiver(openModel, sendToParent);
  process.on('message', (message) => void receive(message));
}
