import { engine } from '@tensorflow/tfjs-core';

/**
 * TensorFlow.js has one engine, one of whose backends is active. Models of several runtimes in one process, and the program they are
 * part of, take turns: a program runs without a pause, after its backend was made the active one. While a backend starts, no kernel can
 * run, so programs wait for that.
 */
let starting: Promise<unknown> | undefined;

/** Starts a backend while nothing else starts or runs. */
export async function startAlone<T>(start: () => Promise<T>): Promise<T> {
  while (starting !== undefined) await starting.catch(() => undefined);
  const own = start();
  starting = own;
  try {
    return await own;
  } finally {
    starting = undefined;
  }
}

/** Makes a registered backend the active one, and starts it where it has not started. */
export async function setBackend(name: string): Promise<void> {
  if (!(await engine().setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
}

/** Does what needs a started backend; it may not wait for anything. */
export async function withBackend<T>(name: string, use: () => T): Promise<T> {
  while (starting !== undefined) await starting.catch(() => undefined);
  // A started backend is active as soon as the call returns.
  if (engine().backendName !== name) void engine().setBackend(name);
  return use();
}
