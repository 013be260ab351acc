import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TokenBatch } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { openModel, type OpenOptions } from '../engine/open-model.js';

const fixtures = fileURLToPath(new URL('../../../models/fixtures', import.meta.url));
const defaults: OpenOptions = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };

export interface FixtureBatch {
  readonly model: EngineModel;
  readonly batch: TokenBatch;
  readonly directory: string;
}

/** One of the tiny PyTorch models, with three short sequences in one packed row. */
export async function openFixture(name: string, options: Partial<OpenOptions> = {}): Promise<FixtureBatch> {
  const directory = join(fixtures, name);
  const { sequences } = JSON.parse(readFileSync(join(directory, 'golden.json'), 'utf8')) as {
    sequences: { tokens: number[] }[];
  };
  const tokens = [...sequences.map((sequence) => sequence.tokens), sequences[0].tokens.slice(3, 9)];
  return {
    model: await openModel(directory, { ...defaults, ...options }),
    batch: batchOfSequences(tokens, 'packed'),
    directory,
  };
}
