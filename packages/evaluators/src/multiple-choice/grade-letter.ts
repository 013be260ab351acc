import type { AnswerGrade } from '../mathematics/evaluate-questions.js';
import { letterOf, type ChoiceQuestion } from './choice-question.js';

/** Whether a letter that was found in a text is that of the right option. */
export function gradeLetter(letter: string | undefined, { gold }: ChoiceQuestion): AnswerGrade {
  const [extracted, expected] = [letter ?? null, letterOf(gold)];
  const correct = extracted === expected;
  return { correct, extracted, expected, reason: extracted === null ? 'no answer' : correct ? 'equal' : 'different' };
}
