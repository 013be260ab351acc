import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UpdateOptions } from '@profit-sft/core';
import type { OpenOptions } from '../open-model.js';

/** Values computed by PyTorch and transformers; see tools/fixtures/make_tiny_models.py. */
export interface Golden {
  readonly sequences: { tokens: number[]; weights: number[]; nll: number[]; logits: number[] }[];
  readonly normaliser: number;
  readonly gradientNorm: number;
  readonly update: Omit<UpdateOptions, 'gradientScale'>;
  readonly greedy: { prompt: number[]; tokens: number[] };
}

export const fixtureNames = ['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'] as const;

export function fixtureDirectory(name: string): string {
  return join(fileURLToPath(new URL('../../../models/fixtures', import.meta.url)), name);
}

export function goldenOf(name: string): Golden {
  return JSON.parse(readFileSync(join(fixtureDirectory(name), 'golden.json'), 'utf8')) as Golden;
}

export const keepAll: OpenOptions = { activationMemoryBytes: 2 ** 30, headMemoryBytes: 2 ** 30, saveDtype: 'F32' };
/** The tiny models have a vocabulary of 67: two tokens of the head at a time. */
export const recomputeAll: OpenOptions = {
  ...keepAll,
  activationMemoryBytes: 0,
  headMemoryBytes: 0,
  headChunkBytes: 2 * 4 * 67,
};
