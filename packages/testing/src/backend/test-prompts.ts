import type { GenerateOptions, Generation, TrainableModel } from '@profit-sft/core';
import { randomSequences } from './test-batches.js';

/** More than an engine is likely to continue at once, of different lengths, some of them equal. */
export function testPrompts(): Int32Array[] {
  const lengths = Array.from({ length: 21 }, (_, index) => 1 + ((index * 7) % 12));
  const prompts = randomSequences(7, lengths).map((ids) => Int32Array.from(ids));
  prompts[20] = prompts[3];
  return prompts;
}

export const textOf = ({ tokens, finishReason }: Generation): string => `[${tokens.join(', ')}] (${finishReason})`;

export async function generateOne(
  model: TrainableModel,
  prompt: Int32Array,
  options: GenerateOptions,
): Promise<Generation> {
  const generations = await model.generate([prompt], options);
  return generations[0];
}
