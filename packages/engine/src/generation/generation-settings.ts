import { InvalidConfigError, type GenerateOptions } from '@profit-sft/core';
import type { Choice } from './token-distribution.js';

/**
 * How to choose tokens, with what the options leave out.
 *
 * @throws InvalidConfigError for numbers that mean nothing
 */
export function choiceOf(options: GenerateOptions, prompts: number): Choice {
  const { temperature = 0, topP = 1, topK = 0, minP = 0, repetitionPenalty = 1, seeds } = options;
  const issues = [
    { path: 'temperature', holds: temperature >= 0, message: `expected 0 or more, got ${temperature}` },
    { path: 'topP', holds: topP >= 0 && topP <= 1, message: `expected 0 to 1, got ${topP}` },
    { path: 'topK', holds: topK >= 0, message: `expected 0 or more, got ${topK}` },
    { path: 'minP', holds: minP >= 0 && minP <= 1, message: `expected 0 to 1, got ${minP}` },
    {
      path: 'repetitionPenalty',
      holds: repetitionPenalty > 0,
      message: `expected more than 0, got ${repetitionPenalty}`,
    },
    {
      path: 'seeds',
      holds: seeds === undefined || seeds.length === prompts,
      message: `expected one for each of ${prompts} prompts, got ${seeds?.length}`,
    },
  ].filter(({ holds }) => !holds);
  if (issues.length > 0)
    throw new InvalidConfigError(
      'generation',
      issues.map(({ path, message }) => ({ path, message })),
    );
  return { temperature, topP, topK, minP, repetitionPenalty };
}
