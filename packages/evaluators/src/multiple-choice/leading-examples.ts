import { schema } from '@profit-sft/core';
import type { ChoiceQuestion } from './choice-question.js';

/** The option of benchmarks whose source takes examples from another split. */
export const shotsOption = {
  shots: schema.integer({
    minimum: 0,
    default: 0,
    description: 'the first so many rows of the data set are examples before each question, and are not scored',
  }),
};

/**
 * Questions with their right options as examples, then a question, one blank line between them.
 *
 * @param contextOf a question's text up to its option
 */
export function withExamples(
  contextOf: (question: ChoiceQuestion) => string,
  question: ChoiceQuestion,
  examples: readonly ChoiceQuestion[],
  answerOf: (question: ChoiceQuestion) => string = ({ options, gold }) => options[gold],
): string {
  return [...examples.map((example) => `${contextOf(example)} ${answerOf(example)}`), contextOf(question)].join('\n\n');
}
