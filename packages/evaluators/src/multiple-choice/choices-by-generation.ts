import type { EvaluationContext, EvaluationResult } from '@profit-sft/core';
import { extractAnswer } from '@profit-sft/grading';
import { decodingPresets, type Decoding } from '../generation/decoding.js';
import { evaluateQuestions } from '../mathematics/evaluate-questions.js';
import { letterOf, type ChoiceQuestion, type ReadChoiceQuestion } from './choice-question.js';
import { gradeLetter } from './grade-letter.js';

/** `greedy` leaves room for a short reasoning; `profit` is the paper's. */
export const choicePresets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 512 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

/** A benchmark whose options are asked for by letter. */
export interface GenerationBenchmark {
  readonly name: string;
  readonly decoding: Decoding;
  readonly repeats: number;
  readonly needs: string;
  readonly readQuestion: ReadChoiceQuestion;
  readonly promptOf: (question: ChoiceQuestion) => string;
}

/** `A, B, C and D`. */
export function listLetters({ options }: ChoiceQuestion, word: string): string {
  const letters = options.map((_, index) => letterOf(index));
  return `${letters.slice(0, -1).join(', ')} ${word} ${letters.at(-1)}`;
}

/** Has the model answer each question with a letter, found as `extractAnswer(…, 'choice')` of `@profit-sft/grading` does. */
export function evaluateChoicesByGeneration(
  context: EvaluationContext,
  benchmark: GenerationBenchmark,
): Promise<EvaluationResult> {
  return evaluateQuestions<ChoiceQuestion>(context, {
    ...benchmark,
    describe: ({ question, options }) => ({ question, options }),
    grade: (text, question) => gradeLetter(extractAnswer(text, 'choice'), question),
  });
}
