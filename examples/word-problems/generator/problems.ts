import { createRandom } from '@profit-sft/core';
import { pickSeveral } from './choose.js';
import { answerOf, storyOf, type Problem } from './problem.js';
import { styles, writeReference } from './references/styles.js';
import { drawDraft } from './scenarios/draw-draft.js';
import { isHeldOut } from './split.js';

export interface ProblemOptions {
  readonly seed: number;
  readonly count: number;
  readonly split: 'train' | 'held-out';
  /** Differently worded references of each problem, each in another style; at most 8. */
  readonly references?: number;
}

/** Word problems with different prompts; equal options give equal problems. */
export function generateProblems({ seed, count, split, references = 6 }: ProblemOptions): Problem[] {
  const random = createRandom(seed, 'word-problems', split);
  const problems = new Map<string, Problem>();
  while (problems.size < count) {
    const draft = drawDraft(random);
    if (isHeldOut(draft) !== (split === 'held-out')) continue;
    const prompt = `Question: ${storyOf(draft)}\nAnswer:`;
    if (problems.has(prompt)) continue;
    problems.set(prompt, {
      scenario: draft.scenario,
      prompt,
      equations: draft.steps.map(({ left, operator, right, result }) => ({ left, operator, right, result })),
      answer: answerOf(draft),
      references: pickSeveral(random, styles, references).map((style) => writeReference(draft, style, random)),
    });
  }
  return [...problems.values()];
}
