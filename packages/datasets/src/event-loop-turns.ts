import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest time without a turn for others, in milliseconds: a progress line, an interrupt, another model's process. */
const longest = 20;

/**
 * Lets a long piece of work give way: awaited between its parts, it gives the event loop a turn whenever the last one was
 * `longest` ago. Says whether it did.
 */
export function eventLoopTurns(): () => Promise<boolean> | false {
  let last = performance.now();
  return () => {
    if (performance.now() - last < longest) return false;
    return nextTurn().then(() => {
      last = performance.now();
      return true;
    });
  };
}
