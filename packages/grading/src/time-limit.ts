import { createContext, Script } from 'node:vm';

const context = createContext({ task: undefined });
const script = new Script('task()');

/** A task that was stopped. */
export const outOfTime = Symbol('out of time');

/** Runs of a task that the machine kept waiting, each with twice the time of the one before. */
const mostAttempts = 4;

function attempt<Result>(milliseconds: number, task: () => Result): Result | typeof outOfTime {
  context.task = task;
  try {
    return script.runInContext(context, { timeout: milliseconds }) as Result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return outOfTime;
    throw error;
  } finally {
    context.task = undefined;
  }
}

/**
 * Runs a synchronous task and stops it, wherever it is, when `milliseconds` have passed. V8 ends execution for the script
 * that `node:vm` runs and for all that it calls, so libraries that know no deadline are bound as well. Costs 0.1 ms a call.
 *
 * The clock also runs while the machine does something else. A task is given up only when the process has had half of that
 * processor time; before, it is started again, so that a loaded machine grades as an idle one.
 *
 * What the task shares with later calls must bear being left half done.
 */
export function withTimeLimit<Result>(milliseconds: number, task: () => Result): Result | typeof outOfTime {
  for (let attempts = 1, limit = milliseconds; attempts <= mostAttempts; attempts++, limit *= 2) {
    const before = process.cpuUsage();
    const result = attempt(limit, task);
    if (result !== outOfTime) return result;
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 >= milliseconds / 2) return outOfTime;
  }
  return outOfTime;
}
