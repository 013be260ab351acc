import { expect, test } from 'vitest';
import { batchOfSequences } from '@profit-sft/testing';
import { tfjs } from '../tfjs.js';
import { fixtureDirectory } from '../testing/fixtures.js';

const batch = batchOfSequences([[5, 9, 2, 44, 60, 9]], 'packed');

test('a model in a process of its own scores and trains as one in this process', async () => {
  const models = await Promise.all(
    [true, false].map((process) => tfjs({ runtime: 'wasm', process }).open(fixtureDirectory('llama-tied'))),
  );
  const results = [];
  for (const model of models) {
    expect(model.description.runtime).toBe('tfjs wasm');
    const forward = await model.forward(batch, ['entropy']);
    await model.backward(forward, new Float32Array(batch.scored.length).fill(1));
    const { gradientNorm } = await model.update({
      ...{ learningRate: 1e-2, gradientScale: 1, maxGradientNorm: 1 },
      ...{ weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    });
    const { logProb, entropy } = await model.score(batch, ['entropy']);
    results.push({ gradientNorm, logProb, entropy, before: forward.signals.logProb });
    await model.dispose();
  }
  expect(results[0]).toEqual(results[1]);
  expect(results[0].before).not.toEqual(results[0].logProb);
});
