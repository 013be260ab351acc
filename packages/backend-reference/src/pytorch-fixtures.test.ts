/** Against values that PyTorch and transformers computed (float32): see tools/fixtures/make_tiny_models.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '@profit-sft/models';
import { batchOfSequences } from '@profit-sft/testing';
import { expect, test } from 'vitest';
import { openModel } from './open-model.js';

interface Golden {
  readonly sequences: { tokens: number[]; weights: number[]; nll: number[] }[];
  readonly normaliser: number;
  readonly gradientNorm: number;
  readonly update: Omit<Parameters<Awaited<ReturnType<typeof openModel>>['update']>[0], 'gradientScale'>;
  readonly greedy: { prompt: number[]; tokens: number[] };
}

const fixtures = fileURLToPath(new URL('../../models/fixtures', import.meta.url));

function relativeError(actual: Float32Array, expected: Float32Array): number {
  return Math.hypot(...actual.map((value, i) => value - expected[i])) / Math.hypot(...expected);
}

/** GPT-2's keys are not rotated: the gradient of their bias is rounding, of which AdamW makes a whole step. */
function determined(name: string, data: Float32Array): Float32Array {
  if (!name.endsWith('.attn.c_attn.bias')) return data;
  return data.filter((_, i) => i < data.length / 3 || i >= (2 * data.length) / 3);
}

test.each(['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'])(
  '%s: NLL, gradients, a clipped AdamW step, greedy tokens',
  async (name) => {
    const directory = join(fixtures, name);
    const golden = JSON.parse(readFileSync(join(directory, 'golden.json'), 'utf8')) as Golden;
    const model = await openModel(directory, { saveDtype: 'F32' });
    const sequences = golden.sequences.map(({ tokens }) => tokens);
    const [greedy] = await model.generate([Int32Array.from(golden.greedy.prompt)], {
      ...{ maxTokens: golden.greedy.tokens.length, endIds: [] },
    });
    expect([...greedy.tokens]).toEqual(golden.greedy.tokens);

    const forward = await model.forward(batchOfSequences(sequences, 'packed'));
    const nll = golden.sequences.flatMap((sequence) => sequence.nll);
    forward.signals.logProb.forEach((logProb, token) => expect(-logProb).toBeCloseTo(nll[token], 5));
    await model.backward(forward, Float32Array.from(golden.sequences.flatMap(({ weights }) => weights)));
    const gradients = await openSafetensors(join(directory, 'gradients.safetensors'));
    for (const [parameter, gradient] of await model.read('gradient')) {
      const scaled = gradient.map((value) => value / golden.normaliser);
      const expected = await gradients.readFloat32(parameter);
      expect(relativeError(determined(parameter, scaled), determined(parameter, expected)), parameter).toBeLessThan(
        2e-5,
      );
    }
    await gradients.close();

    const { gradientNorm } = await model.update({ ...golden.update, gradientScale: 1 / golden.normaliser });
    expect(gradientNorm).toBeCloseTo(golden.gradientNorm, 4);
    const after = await openSafetensors(join(directory, 'after-step.safetensors'));
    for (const [parameter, { data }] of await model.parameterTensors()) {
      const expected = await after.readFloat32(parameter);
      expect(relativeError(determined(parameter, data), determined(parameter, expected)), parameter).toBeLessThan(1e-5);
    }
    await after.close();
    await model.dispose();
  },
);
