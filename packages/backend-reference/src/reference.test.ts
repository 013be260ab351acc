import { fileURLToPath } from 'node:url';
import { batchOfSequences } from '@profit-sft/testing';
import { expect, test } from 'vitest';
import { reference } from './reference.js';

const fixture = fileURLToPath(new URL('../../models/fixtures/llama-tied', import.meta.url));

test('in a process of its own it is the same model', async () => {
  const batch = batchOfSequences([[5, 9, 2, 44, 60, 9]], 'packed');
  const [own, here] = await Promise.all([{}, { process: false }].map((options) => reference(options).open(fixture)));
  expect(own.description).toEqual(here.description);
  expect(own.description.runtime).toBe('reference float64');
  for (const model of [own, here]) {
    await model.backward(await model.forward(batch, []), new Float32Array(batch.scored.length).fill(1));
  }
  const update = {
    ...{ learningRate: 0.01, gradientScale: 1, maxGradientNorm: 1, weightDecay: 0 },
    ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  };
  expect(await own.update(update)).toEqual(await here.update(update));
  expect(await own.score(batch, ['entropy'])).toEqual(await here.score(batch, ['entropy']));
  for (const model of [own, here]) await model.dispose();
});

test('an option that it does not have is refused', () => {
  expect(() => reference({ threads: 2 } as never)).toThrow(/threads/);
});
