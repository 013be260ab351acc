import { parentPort } from 'node:worker_threads';
import { adamwKernel, type AdamwArrays, type AdamwStep } from './adamw-kernel.js';

/** Arrays come and go by transfer, not by copy: while a parameter is here, nothing else holds it. */
parentPort?.on('message', ({ arrays, step }: { arrays: AdamwArrays; step: AdamwStep }) => {
  adamwKernel(arrays, step);
  parentPort?.postMessage(arrays, transferList(arrays));
});

function transferList(arrays: AdamwArrays): ArrayBuffer[] {
  return [arrays.weight, arrays.gradient, arrays.firstMoment, arrays.secondMoment].map(
    (array) => array.buffer as ArrayBuffer,
  );
}
