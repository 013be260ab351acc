import { createRandom, type Random } from '@profit-sft/core';
import { pickWeighted } from '../choose.js';
import type { Draft } from '../problem.js';
import { drawDraft } from '../scenarios/draw-draft.js';
import { isHeldOut } from '../split.js';
import { countedAlong, dialogue, exerciseBook, quiz, toldToTheEnd } from './counted-stories.js';
import { comparing, counting, factList, factTable, spokenFacts } from './facts.js';
import { tale } from './tales.js';

function ofStory(write: (random: Random, draft: Draft) => string): (random: Random) => string {
  return (random) => {
    for (;;) {
      const draft = drawDraft(random);
      if (!isHeldOut(draft)) return write(random, draft);
    }
  };
}

/** Kinds of text, with their share of the documents. */
const kinds: readonly (readonly [(random: Random) => string, number])[] = [
  [factList, 0.22],
  [factTable, 0.03],
  [spokenFacts, 0.07],
  [counting, 0.03],
  [comparing, 0.04],
  [tale, 0.08],
  [ofStory(toldToTheEnd), 0.1],
  [ofStory(countedAlong), 0.14],
  [ofStory(exerciseBook), 0.14],
  [ofStory(dialogue), 0.12],
  [ofStory(quiz), 0.03],
];

/**
 * The text that the base model is trained on: the language and the arithmetic of the little world, with stories that
 * are worked out in other forms than the fine-tuning data (`Question: … Answer: …` never occurs).
 */
export function* baseDocuments(seed: number): Generator<string, never> {
  const random = createRandom(seed, 'base-text');
  for (;;) yield pickWeighted(random, kinds)(random);
}
