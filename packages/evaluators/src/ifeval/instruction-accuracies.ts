import { createRandom } from '@profit-sft/core';
import { bootstrapInterval, shareOf, type ItemShare } from '../statistics/bootstrap-interval.js';
import type { InstructionVerdict } from './grade-instructions.js';

type Strictness = 'strict' | 'loose';

/** One entry per prompt that was graded. */
export type GradedPrompts = readonly (readonly InstructionVerdict[])[];

const capitalised = (text: string): string => text[0].toUpperCase() + text.slice(1);

function promptShares(prompts: GradedPrompts, strictness: Strictness): ItemShare[] {
  return prompts.map((verdicts) => ({ hits: verdicts.every((verdict) => verdict[strictness]) ? 1 : 0, count: 1 }));
}

function instructionShares(prompts: GradedPrompts, strictness: Strictness): ItemShare[] {
  return prompts.map((verdicts) => ({
    hits: verdicts.filter((verdict) => verdict[strictness]).length,
    count: verdicts.length,
  }));
}

/**
 * The four accuracies of IFEval (Zhou et al., 2023, section 3): the share of prompts whose instructions are all followed, and
 * the share of instructions that are followed, each strict and loose; then the ends of their 95 % intervals, by a bootstrap over
 * prompts (`…Lower`, `…Upper`).
 *
 * @param prompts at least one
 */
export function instructionAccuracies(prompts: GradedPrompts, seed: number): Record<string, number> {
  const shares = (['strict', 'loose'] as const).flatMap((strictness) => [
    [`promptLevel${capitalised(strictness)}Accuracy`, promptShares(prompts, strictness)] as const,
    [`instructionLevel${capitalised(strictness)}Accuracy`, instructionShares(prompts, strictness)] as const,
  ]);
  const metrics: Record<string, number> = {};
  for (const [name, items] of shares) metrics[name] = shareOf(items);
  for (const [name, items] of shares) {
    const { lower, upper } = bootstrapInterval(items, createRandom(seed, 'ifeval', 'bootstrap'));
    metrics[`${name}Lower`] = lower;
    metrics[`${name}Upper`] = upper;
  }
  return metrics;
}

/** The share of followed instructions by instruction type and by its group: `strict punctuation:no_comma`, `loose punctuation`. */
export function accuraciesByInstruction(prompts: GradedPrompts): Record<string, number> {
  const metrics: Record<string, number> = {};
  const verdicts = prompts.flat();
  const groups = verdicts.flatMap(({ id }) => [id.split(':', 1)[0], id]);
  for (const strictness of ['strict', 'loose'] as const) {
    for (const group of [...new Set(groups)].sort()) {
      const members = verdicts.filter(({ id }) => id === group || id.startsWith(`${group}:`));
      metrics[`${strictness} ${group}`] = members.filter((verdict) => verdict[strictness]).length / members.length;
    }
  }
  return metrics;
}
