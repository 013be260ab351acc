import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openSafetensors } from '@profit-sft/models';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openModel, type OpenOptions } from './open-model.js';

/** Values computed by PyTorch and PEFT; see tools/fixtures/make_adapters.py. */
interface Golden {
  readonly sequences: { tokens: number[]; weights: number[]; nll: number[]; logits: number[] }[];
}

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const keepAll: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const smallSlices = { bytes: 0, fewestIds: 7 };
const recomputeAll: OpenOptions = { ...keepAll, activationMemoryBytes: 0, headMemoryBytes: 0, headSlice: smallSlices };

describe.each([
  ['llama-tied', 'llama-tied'],
  ['qwen3-all-linear', 'qwen3'],
  ['gpt2', 'gpt2'],
  ['olmo2-down', 'olmo2'],
])('adapter %s against PEFT', (name, base) => {
  const directory = join(fixtures, 'adapters', name);
  const golden = JSON.parse(readFileSync(join(directory, 'golden.json'), 'utf8')) as Golden;
  const sequences = golden.sequences.map(({ tokens }) => tokens);
  const weights = Float32Array.from(golden.sequences.flatMap((sequence) => sequence.weights));
  const nll = golden.sequences.flatMap((sequence) => sequence.nll);
  const adapter = { name: 'lora', from: directory } as const;

  test.each([
    ['packed', 'kept', keepAll],
    ['packed', 'recomputed', recomputeAll],
    ['padded', 'recomputed', recomputeAll],
  ] as const)('NLL and gradients, %s, activations %s', async (layout, _activations, options) => {
    const model = await openModel(join(fixtures, base), { ...options, adapter });
    const batch = batchOfSequences(sequences, layout);
    const gradients = await openSafetensors(join(directory, 'gradients.safetensors'));
    // Twice, so that the second overwrites nothing and adds to the first.
    for (let pass = 0; pass < 2; pass++) {
      const forward = await model.forward(batch);
      forward.signals.logProb.forEach((logProb, token) => expect(-logProb).toBeCloseTo(nll[token], 4));
      await model.backward(forward, weights);
    }
    const own = await model.read('gradient');
    expect([...own.keys()].map((parameter) => `base_model.model.${parameter}`).sort()).toEqual(
      [...gradients.tensors.keys()].sort(),
    );
    for (const [parameter, gradient] of own) {
      const expected = await gradients.readFloat32(`base_model.model.${parameter}`);
      const error = relativeError(
        gradient.map((value) => value / 2),
        expected,
      );
      expect(error, `gradient of ${parameter}`).toBeLessThan(1e-4);
    }
    await gradients.close();
    await model.dispose();
  });

  test('log-probabilities of the whole vocabulary, with the adapter beside the weights and merged into them', async () => {
    const beside = await openModel(join(fixtures, base), { ...keepAll, adapter });
    const merged = await openModel(directory, keepAll);
    const batch = batchOfSequences(sequences, 'packed');
    const { vocabularySize } = beside.description;
    const rows = golden.sequences.flatMap(({ logits, tokens }) =>
      tokens.slice(1).map((_, row) => logits.slice(row * vocabularySize, (row + 1) * vocabularySize)),
    );
    const expected = rows.flatMap((logits) => {
      const normaliser = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      return logits.map((logit) => logit - normaliser);
    });
    const [first, second] = [beside, merged].map(async (model) => {
      const distributions = await model.distributions(batch);
      return (await distributions.logProbs(0, rows.length)).slice();
    });
    const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
    expect(largest(await first, expected)).toBeLessThan(1e-4);
    expect(largest(await second, expected)).toBeLessThan(1e-4);
    expect(relativeError(await second, await first)).toBeLessThan(1e-5);

    const prompt = Int32Array.from(sequences[0].slice(0, 5));
    const options = { maxTokens: 8, endIds: [] };
    const [a] = await beside.generate([prompt], options);
    const [b] = await merged.generate([prompt], options);
    expect(a.tokens).toEqual(b.tokens);
    await beside.dispose();
    await merged.dispose();
  });
});
