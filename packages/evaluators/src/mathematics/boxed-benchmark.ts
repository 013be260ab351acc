import type { EvaluationContext, EvaluationResult, Row } from '@profit-sft/core';
import { extractAnswer, gradeMathematics } from '@profit-sft/grading';
import type { Decoding } from '../generation/decoding.js';
import { evaluateQuestions } from './evaluate-questions.js';
import { readQuestion, type RowProblem } from './question-row.js';

interface BoxedQuestion {
  readonly question: string;
  readonly expected: readonly string[];
}

/** A reference is an answer as it is, or a solution that has it in a box. */
function readBoxedQuestion(row: Row): BoxedQuestion | RowProblem {
  const read = readQuestion(row, ['answer', 'solution']);
  if ('problem' in read) return read;
  const expected = [...new Set(read.references.map((text) => extractAnswer(text, 'boxed') ?? text.trim()))];
  return { question: read.question, expected };
}

/**
 * Competition problems, asked as Qwen2.5-Math asks them (`qwen-boxed`): the problem, a line break, and "Please reason step by
 * step, and put your final answer within \boxed{}."; one user turn where the model has a chat template. Qwen's own system prompt is
 * left to the template. Graded by `gradeMathematics`.
 */
export function evaluateBoxed(
  context: EvaluationContext,
  name: string,
  resolved: { readonly decoding: Decoding; readonly repeats: number },
): Promise<EvaluationResult> {
  return evaluateQuestions<BoxedQuestion>(context, {
    name,
    ...resolved,
    needs:
      'rows of prompt and completion (an answer, or a solution with \\boxed{…}); map the columns prompt: problem, completion: answer',
    readQuestion: readBoxedQuestion,
    describe: ({ question }) => ({ question }),
    promptOf: ({ question }) => `${question}\nPlease reason step by step, and put your final answer within \\boxed{}.`,
    grade: (text, { expected }) => ({ ...gradeMathematics(text, expected), expected: [...expected] }),
  });
}
