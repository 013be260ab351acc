import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { StepBatches } from './planned-run.js';
import { PreparedBatches } from './prepared-batches.js';

const batchesOf = (step: number): StepBatches => ({ batches: [], examples: [], epoch: step });

test('a prepared step is made once, in a later turn of the event loop', async () => {
  const made = vi.fn(batchesOf);
  const prepared = new PreparedBatches(made);
  prepared.prepare(2);
  expect(made).not.toHaveBeenCalled();
  await turn();
  expect(made).toHaveBeenCalledTimes(1);
  expect(prepared.of(2).epoch).toBe(2);
  expect(made).toHaveBeenCalledTimes(1);
  expect(prepared.of(3).epoch).toBe(3);
});

test('a failure comes to whoever asks', async () => {
  const prepared = new PreparedBatches((step) => {
    if (step === 2) throw new Error('no step 2');
    return batchesOf(step);
  });
  prepared.prepare(2);
  await turn();
  expect(() => prepared.of(2)).toThrow('no step 2');
});
