import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AdamwArrays, AdamwStep } from './adamw-kernel.js';
import type { AdamwRequest } from './adamw-worker.js';

/** A gradient back from a thread, as a new view of the same memory, and Σ x². */
export interface MeasuredGradient {
  readonly gradient: Float32Array;
  readonly squares: number;
}

/** Runs AdamW steps on worker threads, so that they use every core and never block the event loop. */
export interface AdamwThreads {
  /** The sum of squares of each gradient, in the same order. */
  measure(gradients: readonly Float32Array[]): Promise<MeasuredGradient[]>;
  /** Updates every parameter; the arrays come back as new views of the same memory, in the same order. */
  update(parameters: readonly { arrays: AdamwArrays; step: AdamwStep }[]): Promise<AdamwArrays[]>;
  close(): Promise<void>;
}

function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./adamw-worker.js', import.meta.url));
  // In a checkout the sources run as TypeScript, for which a worker has to register the loader itself.
  const entry = new URL('./adamw-worker.ts', import.meta.url).href;
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(start, { eval: true });
}

export function startAdamwThreads(count: number): AdamwThreads {
  const workers = Array.from({ length: count }, startWorker);
  for (const worker of workers) worker.unref();

  /** Hands each request to whichever worker is free, largest first, so that none is left with a big one at the end. */
  async function answers<T>(
    requests: readonly AdamwRequest[],
    sizeOf: (index: number) => number,
    buffersOf: (index: number) => readonly Float32Array[],
  ): Promise<T[]> {
    const results = new Array<T>(requests.length);
    const queue = requests.map((_, index) => index).sort((a, b) => sizeOf(a) - sizeOf(b));
    const work = async (worker: Worker): Promise<void> => {
      for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
        worker.postMessage(
          requests[index],
          buffersOf(index).map((array) => array.buffer as ArrayBuffer),
        );
        // `once` rejects when the worker dies of an error instead.
        [results[index]] = (await once(worker, 'message')) as [T];
      }
    };
    for (const worker of workers) worker.ref();
    await Promise.all(workers.map(work));
    for (const worker of workers) worker.unref();
    return results;
  }

  return {
    measure: (gradients) =>
      answers<MeasuredGradient>(
        gradients.map((gradient) => ({ gradient })),
        (index) => gradients[index].length,
        (index) => [gradients[index]],
      ),
    update: (parameters) =>
      answers<AdamwArrays>(
        parameters,
        (index) => parameters[index].arrays.weight.length,
        (index) => {
          const { weight, gradient, firstMoment, secondMoment } = parameters[index].arrays;
          return [weight, gradient, firstMoment, secondMoment];
        },
      ),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
