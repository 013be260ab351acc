import { parentPort } from 'node:worker_threads';
import { adamwKernel, sumOfSquares, type AdamwArrays, type AdamwStep } from './adamw-kernel.js';

export type AdamwRequest =
  { readonly gradient: Float32Array } | { readonly arrays: AdamwArrays; readonly step: AdamwStep };

/** Arrays come and go by transfer, not by copy: while a parameter is here, nothing else holds it. */
parentPort?.on('message', (request: AdamwRequest) => {
  if ('gradient' in request) {
    const { gradient } = request;
    parentPort?.postMessage({ gradient, squares: sumOfSquares(gradient) }, [gradient.buffer as ArrayBuffer]);
    return;
  }
  const { arrays, step } = request;
  adamwKernel(arrays, step);
  parentPort?.postMessage(arrays, buffersOf(arrays));
});

function buffersOf({ weight, gradient, firstMoment, secondMoment }: AdamwArrays): ArrayBuffer[] {
  return [weight, gradient, firstMoment, secondMoment].map((array) => array.buffer as ArrayBuffer);
}
