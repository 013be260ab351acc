import { createRandom, type Random } from '@profit-sft/core';
import { pick, pickSeveral } from './choose.js';
import { answerOf, storyOf, type Draft, type Problem, type Reference } from './problem.js';
import { styles, writeReference } from './references/styles.js';
import { drawDraft } from './scenarios/draw-draft.js';
import { isHeldOut } from './split.js';

export interface ProblemOptions {
  readonly seed: number;
  readonly count: number;
  readonly split: 'train' | 'held-out';
  /**
   * Differently worded references of each problem, each in another style as long as there are styles; those that follow are in styles drawn
   * again, with other words.
   */
  readonly references?: number;
}

/** All texts differ. */
function writeReferences(draft: Draft, count: number, random: Random): Reference[] {
  const references = pickSeveral(random, styles, Math.min(count, styles.length)).map((style) =>
    writeReference(draft, style, random),
  );
  while (references.length < count) {
    const next = writeReference(draft, pick(random, styles), random);
    if (references.every(({ text }) => text !== next.text)) references.push(next);
  }
  return references;
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
      references: writeReferences(draft, references, random),
    });
  }
  return [...problems.values()];
}
