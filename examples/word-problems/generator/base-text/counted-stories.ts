import type { Random } from '@profit-sft/core';
import { pick } from '../choose.js';
import { writeEquation } from '../equation.js';
import { answerOf, storyOf, type Draft } from '../problem.js';
import { people } from '../world.js';
import { numberInWords } from './number-words.js';
import { sayFact } from './facts.js';

function conclusion(random: Random, draft: Draft): string {
  return pick(random, draft.conclusions).replace('#', String(answerOf(draft)));
}

/** The story told to its end, the count as the last sentence. */
export function toldToTheEnd(random: Random, draft: Draft): string {
  return [...draft.story.map((sentence) => sentence.text), conclusion(random, draft)].join(' ');
}

/** The story with the count kept after every sentence. */
export function countedAlong(random: Random, draft: Draft): string {
  const parts: string[] = [];
  let told = 0;
  for (const sentence of draft.story) {
    parts.push(sentence.text);
    for (; told < sentence.stepsKnown; told++) {
      const step = draft.steps[told];
      parts.push(
        pick(random, [
          `(${writeEquation(step)})`,
          `That makes ${step.result}.`,
          `${writeEquation(step)}.`,
          `Now it is ${step.result}, because ${writeEquation(step)}.`,
        ]),
      );
    }
  }
  parts.push(conclusion(random, draft));
  return parts.join(' ');
}

/** A page of an exercise book. */
export function exerciseBook(random: Random, draft: Draft): string {
  const working = draft.steps.map(writeEquation);
  const heading = pick(random, ['Exercise', 'Task', 'Homework', 'Riddle']);
  const body = working.join(pick(random, ['\n', ', ', ' | ']));
  const end = pick(random, [
    `Result: ${answerOf(draft)}`,
    `The answer is ${answerOf(draft)}.`,
    conclusion(random, draft),
  ]);
  return `${heading}\n${storyOf(draft)}\n${body}\n${end}`;
}

/** A talk at school. */
export function dialogue(random: Random, draft: Draft): string {
  const [asker, pupil] = [pick(random, ['Teacher', 'Father', 'Mother']), pick(random, people).name];
  const digits = random.next() < 0.75;
  const spoken = draft.steps.map((step) => (random.next() < 0.6 ? writeEquation(step) : sayFact(random, step, digits)));
  const answer = answerOf(draft);
  const end = pick(random, [
    `The answer is ${answer}.`,
    `The answer is ${answer}.`,
    `So it is ${answer}.`,
    conclusion(random, draft),
    `It is ${digits ? answer : numberInWords(answer)}!`,
  ]);
  return `${asker}: "${storyOf(draft)}"\n${pupil}: "${spoken.join(pick(random, ['. ', ', and ', '. Then ']))}. ${end}"`;
}

/** Question and bare answer. */
export function quiz(random: Random, draft: Draft): string {
  const end = random.next() < 0.3 ? `${conclusion(random, draft)} ` : '';
  return `${storyOf(draft)} ${pick(random, ['Solution:', 'Result:', '-'])} ${end}${answerOf(draft)}`;
}
