import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AdamwArrays, AdamwStep } from './adamw-kernel.js';

/** Runs AdamW steps on worker threads, so that they use every core and never block the event loop. */
export interface AdamwThreads {
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
  return {
    async update(parameters) {
      const results = new Array<AdamwArrays>(parameters.length);
      // Largest first, so that no thread is left with a big one at the end.
      const queue = parameters
        .map((_, index) => index)
        .sort((a, b) => parameters[a].arrays.weight.length - parameters[b].arrays.weight.length);
      const work = async (worker: Worker): Promise<void> => {
        for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
          const { arrays, step } = parameters[index];
          const transfer = [arrays.weight, arrays.gradient, arrays.firstMoment, arrays.secondMoment].map(
            (array) => array.buffer as ArrayBuffer,
          );
          worker.postMessage({ arrays, step }, transfer);
          // `once` rejects when the worker dies of an error instead.
          [results[index]] = (await once(worker, 'message')) as [AdamwArrays];
        }
      };
      for (const worker of workers) worker.ref();
      await Promise.all(workers.map(work));
      for (const worker of workers) worker.unref();
      return results;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
