import type { Random } from '@profit-sft/core';
import { pick } from '../choose.js';
import type { Operator } from '../problem.js';

/** What one does, after "we" or "you". */
const actions: Record<Operator, readonly string[]> = {
  '+': ['add', 'add the two', 'put the numbers together', 'count both', 'make a sum', 'go up'],
  '-': ['subtract', 'take away', 'go down', 'take one from the other', 'make it smaller', 'look at what is left'],
  '*': ['multiply', 'count the groups', 'take the number many times', 'use the times table', 'make equal groups'],
  '/': ['divide', 'split it', 'share it out', 'cut it into equal parts', 'make equal shares'],
};

export function action(random: Random, operator: Operator): string {
  return pick(random, actions[operator]);
}

export const openings: readonly string[] = [
  'Let us work it out.',
  'Here is how to do it.',
  'We go step by step.',
  'This is not hard.',
  'Read the story again.',
  'Let me think.',
  'First look at the numbers.',
  'It helps to write it down.',
  'Take your time.',
  'Good question!',
  'I will show my work.',
  'Okay, let us count.',
  'We can draw a picture.',
  'Think about the story.',
  'Start from the top.',
  'My way is simple.',
  'All we need is in the story.',
  'See how it goes.',
];

export const closings: readonly string[] = [
  'That is all.',
  'So we are done.',
  'This ends the story.',
  'Now we know it.',
  'That was easy.',
  'We can stop here.',
  'I am sure of it.',
  'Nothing else is needed.',
  'It fits the story.',
  'Good work!',
];

/** Words that put a step in order; `last` is for the last of several. */
export function ordinal(random: Random, index: number, count: number): string {
  if (index === 0) return pick(random, ['First', 'To begin', 'At the start', 'In the beginning']);
  if (index === count - 1) return pick(random, ['In the end', 'At last', 'Finally', 'To finish', 'Last']);
  return pick(random, ['Then', 'Next', 'After that', 'Later']);
}
