import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openSafetensors } from '@profit-sft/models';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { determinedElements } from '../testing/determined-elements.js';
import { openModel, type OpenOptions } from './open-model.js';

/** Values computed by PyTorch and transformers; see tools/fixtures/make_tiny_models.py. */
interface Golden {
  readonly sequences: { tokens: number[]; weights: number[]; nll: number[]; logits: number[] }[];
  readonly normaliser: number;
  readonly gradientNorm: number;
  readonly update: {
    learningRate: number;
    weightDecay: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    maxGradientNorm: number;
  };
  readonly greedy: { prompt: number[]; tokens: number[] };
}

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const keepAll: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const smallSlices = { bytes: 0, fewestIds: 7 };
const recomputeAll: OpenOptions = { ...keepAll, activationMemoryBytes: 0, headMemoryBytes: 0, headSlice: smallSlices };
const keepInSlices: OpenOptions = { ...keepAll, headSlice: smallSlices };

describe.each(['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'])(
  '%s against PyTorch',
  (name) => {
    const directory = join(fixtures, name);
    const golden = JSON.parse(readFileSync(join(directory, 'golden.json'), 'utf8')) as Golden;
    const sequences = golden.sequences.map(({ tokens }) => tokens);
    const weights = Float32Array.from(golden.sequences.flatMap((sequence) => sequence.weights));

    describe.each([
      ['packed', 'kept', keepAll],
      ['packed', 'recomputed', recomputeAll],
      ['packed', 'kept in slices', keepInSlices],
      ['padded', 'kept', keepAll],
      ['padded', 'recomputed', recomputeAll],
    ] as const)('%s, activations %s', (layout, _activations, options) => {
      test('NLL, gradients, clipped AdamW step', async () => {
        const model = await openModel(directory, options);
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
          const expected = await after.readFloat32(parameter);
          const error = relativeError(determinedElements(parameter, data), determinedElements(parameter, expected));
          expect(error, `${parameter} after a step`).toBeLessThan(1e-5);
        }
        await after.close();
        await model.dispose();
      });
    });

    test('log-probabilities of the whole vocabulary', async () => {
      const model = await openModel(directory, keepAll);
      const count = sequences.reduce((sum, { length }) => sum + length - 1, 0);
      const distributions = await model.distributions(batchOfSequences(sequences, 'packed'));
      const logProbs = await distributions.logProbs(0, count);
      const { vocabularySize } = model.description;
      // Nothing is predicted from a sequence's last token.
      const rows = golden.sequences.flatMap(({ logits, tokens }) =>
        tokens.slice(1).map((_, row) => logits.slice(row * vocabularySize, (row + 1) * vocabularySize)),
      );
      const expected = rows.flatMap((logits) => {
        const normaliser = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
        return logits.map((logit) => logit - normaliser);
      });
      expect(Math.max(...expected.map((value, i) => Math.abs(value - logProbs[i])))).toBeLessThan(1e-4);
      await distributions.release();
      await model.dispose();
    });

    test('greedy generation with a key/value cache, alone and in a batch with longer prompts', async () => {
      const model = await openModel(directory, keepAll);
      const prompt = Int32Array.from(golden.greedy.prompt);
      const options = { maxTokens: golden.greedy.tokens.length, endIds: [] };
      const [alone] = await model.generate([prompt], options);
      expect([...alone.tokens]).toEqual(golden.greedy.tokens);
      const others = sequences.map((tokens) => Int32Array.from(tokens));
      const together = await model.generate([others[0], prompt, others[1]], options);
      expect([...together[1].tokens]).toEqual(golden.greedy.tokens);
      await model.dispose();
    });
  },
);
