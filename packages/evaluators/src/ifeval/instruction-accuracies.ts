import { createRandom } from '@profit-sft/core';
import { bootstrapInterval, shareOf, type ItemShare } from '../statistics/bootstrap-interval.js';
import type { InstructionVerdict } from './grade-instructions.js';

type Strictness = 'strict' | 'loose';

/** One entry per response that was graded; responses to one prompt are next to each other. */
export type GradedPrompts = readonly (readonly InstructionVerdict[])[];

const capitalised = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** The verdicts on a prompt's responses. */
function byPrompt(responses: GradedPrompts, repeats: number): GradedPrompts[] {
  return Array.from({ length: responses.length / repeats }, (_, prompt) =>
    responses.slice(prompt * repeats, (prompt + 1) * repeats),
  );
}

function promptShares(prompts: readonly GradedPrompts[], strictness: Strictness): ItemShare[] {
  return prompts.map((responses) => ({
    hits: responses.filter((verdicts) => verdicts.every((verdict) => verdict[strictness])).length,
    count: responses.length,
  }));
}

function instructionShares(prompts: readonly GradedPrompts[], strictness: Strictness): ItemShare[] {
  return prompts.map((responses) => ({
    hits: responses.flat().filter((verdict) => verdict[strictness]).length,
    count: responses.flat().length,
  }));
}

/**
 * The four accuracies of IFEval (Zhou et al., 2023, section 3): the share of prompts whose instructions are all followed, and
 * the share of instructions that are followed, each strict and loose; then the ends of their 95 % intervals, by a bootstrap over
 * prompts (`…Lower`, `…Upper`), each with all its responses.
 *
 * @param responses at least one
 * @param repeats responses to each prompt; the accuracies are means over them
 */
export function instructionAccuracies(responses: GradedPrompts, seed: number, repeats = 1): Record<string, number> {
  const prompts = byPrompt(responses, repeats);
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
