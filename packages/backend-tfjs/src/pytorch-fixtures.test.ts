import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSafetensors } from '@profit-sft/models';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openModel } from './open-model.js';
import { testedRuntimes, titleOf } from './testing/available-runtimes.js';
import { fixtureDirectory, fixtureNames, goldenOf, keepAll, recomputeAll } from './testing/fixtures.js';

describe.each(await testedRuntimes())('$name', (tested) => {
  describe.skipIf(tested.skip !== undefined).each(fixtureNames)(`${titleOf(tested)} against PyTorch, %s`, (name) => {
    const directory = fixtureDirectory(name);
    const golden = goldenOf(name);
    const sequences = golden.sequences.map(({ tokens }) => tokens);
    const weights = Float32Array.from(golden.sequences.flatMap((sequence) => sequence.weights));

    test.each([
      ['packed', 'kept', keepAll],
      ['padded', 'recomputed', recomputeAll],
    ] as const)('NLL, gradients, clipped AdamW step: %s, activations %s', async (layout, _activations, options) => {
      const model = await openModel(directory, { ...options, runtime: tested.name });
      const forward = await model.forward(batchOfSequences(sequences, layout));
      const nll = golden.sequences.flatMap((sequence) => sequence.nll);
      forward.signals.logProb.forEach((logProb, token) => expect(-logProb).toBeCloseTo(nll[token], 4));

      await model.backward(forward, weights);
      const gradients = await openSafetensors(join(directory, 'gradients.safetensors'));
      for (const [parameter, gradient] of await model.read('gradient')) {
        const scaled = gradient.map((value) => value / golden.normaliser);
        const error = relativeError(scaled, await gradients.readFloat32(parameter));
        expect(error, `gradient of ${parameter}`).toBeLessThan(1e-4);
      }
      await gradients.close();

      const { gradientNorm } = await model.update({ ...golden.update, gradientScale: 1 / golden.normaliser });
      expect(gradientNorm).toBeCloseTo(golden.gradientNorm, 3);
      const after = await openSafetensors(join(directory, 'after-step.safetensors'));
      for (const [parameter, { data }] of await model.parameterTensors()) {
        // The first step divides a gradient by its own size: small ones show their rounding in full. And the gradient of a key's bias is 0 but for rounding, of which AdamW makes a whole step.
        if (parameter.endsWith('.attn.c_attn.bias')) continue;
        const error = relativeError(data, await after.readFloat32(parameter));
        expect(error, `${parameter} after a step`).toBeLessThan(5e-5);
      }
      await after.close();
      await model.dispose();
    });

    test('greedy generation, alone and in a batch with longer prompts', async () => {
      const model = await openModel(directory, { ...keepAll, runtime: tested.name });
      const prompt = Int32Array.from(golden.greedy.prompt);
      const options = { maxTokens: golden.greedy.tokens.length, endIds: [] };
      const [alone] = await model.generate([prompt], options);
      expect([...alone.tokens]).toEqual(golden.greedy.tokens);
      const others = sequences.map((tokens) => Int32Array.from(tokens));
      const together = await model.generate([others[0], prompt, others[1]], options);
      expect([...together[1].tokens]).toEqual(golden.greedy.tokens);
      await model.dispose();
    });
  });
});
