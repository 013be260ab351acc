/** Adapters that were trained here, opened by PEFT. The reverse is `adapter-fixtures.test.ts`. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdapterSettings } from '@profit-sft/core';
import { batchOfSequences } from '@profit-sft/testing';
import { openModel, type OpenOptions } from './open-model.js';

const python = process.env.PROFIT_PYTHON ?? 'python3';
const script = fileURLToPath(new URL('../../../../tools/fixtures/peft_logits.py', import.meta.url));
const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));

function peftMissing(): boolean {
  try {
    execFileSync(python, ['-c', 'import peft, torch, transformers'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}
const missing = peftMissing();
const note = missing ? ' (skipped: name a Python with tools/fixtures/requirements.txt in PROFIT_PYTHON)' : '';

const options: OpenOptions = { threads: 1, activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
const sequences = [
  [5, 9, 2, 44, 60, 9, 17, 8],
  [1, 2, 3, 30],
];

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'profit-peft-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(missing).each([
  ['llama-tied', { name: 'lora' }],
  ['qwen3', { name: 'lora', targets: 'all-linear', rslora: true, rank: 3, alpha: 4, dropout: 0.1 }],
  ['olmo2', { name: 'lora', targets: ['self_attn.o_proj', 'up_proj'], alpha: 16 }],
  ['gpt2', { name: 'lora', targets: ['c_attn', 'mlp.c_proj'], rank: 4 }],
] as readonly (readonly [string, AdapterSettings])[])(
  `an adapter of %s has equal logits in PEFT, beside the base and merged${note}`,
  { timeout: 120_000 },
  async (name, adapter) => {
    const base = join(fixtures, name);
    const directory = join(folder, name);
    const model = await openModel(base, { ...options, adapter });
    const batch = batchOfSequences(sequences, 'packed');
    const before = (await model.score(batch)).logProb;
    for (let step = 0; step < 5; step++) {
      const forward = await model.forward(batch);
      await model.backward(forward, new Float32Array(forward.signals.length).fill(1));
      const rates = { learningRate: 0.03, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
      await model.update({ ...rates, gradientScale: 0.1, maxGradientNorm: 1 });
    }
    expect((await model.score(batch)).logProb).not.toEqual(before);
    await model.save(directory);
    const { vocabularySize } = model.description;
    const distributions = await model.distributions(batch);
    const own = await distributions.logProbs(0, batch.scored.length);

    const { stdout } = await promisify(execFile)(python, [script, base, directory, JSON.stringify(sequences)]);
    const found = JSON.parse(stdout) as Record<'beside' | 'merged', number[][]>;
    for (const logits of [found.beside, found.merged]) {
      const expected = logits.flatMap((all, sequence) =>
        sequences[sequence].slice(1).flatMap((_, position) => {
          const row = all.slice(position * vocabularySize, (position + 1) * vocabularySize);
          const normaliser = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
          return row.map((logit) => logit - normaliser);
        }),
      );
      expect(expected).toHaveLength(own.length);
      expect(Math.max(...expected.map((value, i) => Math.abs(value - own[i])))).toBeLessThan(1e-4);
    }
    await model.dispose();
  },
);
