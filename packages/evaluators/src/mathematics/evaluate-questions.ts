import {
  InvalidDataError,
  ProfitError,
  type EvaluationContext,
  type EvaluationResult,
  type Json,
  type Row,
} from '@profit-sft/core';
import { problemOf } from '../generation/answer.js';
import { answerWorkList } from '../generation/answer-work-list.js';
import type { Decoding } from '../generation/decoding.js';
import { repeatedAccuracy } from '../statistics/repeated-accuracy.js';
import type { RowProblem } from './question-row.js';

/** What is made of one answer. */
export interface AnswerGrade {
  readonly correct: boolean;
  /** The answer that was found in the text. */
  readonly extracted: string | null;
  readonly expected: Json;
  readonly reason: string;
}

/** A benchmark of questions with answers that can be graded. */
export interface QuestionBenchmark<Question extends object> {
  readonly name: string;
  readonly decoding: Decoding;
  readonly repeats: number;
  /** What rows must have, for the message about a data set of which none can be asked. */
  readonly needs: string;
  readQuestion(row: Row): Question | RowProblem;
  /** What the record of an answer says of its question. */
  describe(question: Question, row: number, repeat: number): { readonly [key: string]: Json };
  promptOf(question: Question, row: number, repeat: number): string;
  grade(text: string, question: Question, row: number, repeat: number): AnswerGrade;
}

/** Grading is synchronous; after so many answers others have their turn. */
const answersPerTurn = 32;

/** The questions of a data set; refuses one of which no row can be asked. */
function readQuestions<Question extends object>(
  { dataset }: EvaluationContext,
  benchmark: QuestionBenchmark<Question>,
): (Question | RowProblem)[] {
  if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
  const rows = Array.from({ length: dataset.length }, (_, row) => benchmark.readQuestion(dataset.row(row)));
  const [first] = rows;
  if ('problem' in first && rows.every((row) => 'problem' in row)) {
    throw new InvalidDataError(
      dataset.origin(0),
      `${first.problem}, and no other row can be graded either; ${benchmark.name} needs ${benchmark.needs}`,
    );
  }
  return rows;
}

/**
 * Asks every question `repeats` times and grades the answers. Rows that are no question are left out and counted; a prompt that
 * the model cannot be given is answered wrong.
 *
 * @throws InvalidDataError when no row can be graded
 */
export async function evaluateQuestions<Question extends object>(
  context: EvaluationContext,
  benchmark: QuestionBenchmark<Question>,
): Promise<EvaluationResult> {
  const { name: evaluator, decoding, repeats } = benchmark;
  const rows = readQuestions(context, benchmark);
  const asked = new Map(
    rows.flatMap((question, row): [number, Question][] => ('problem' in question ? [] : [[row, question]])),
  );
  const questionAt = (row: number): Question => asked.get(row) as Question;
  const answers = await answerWorkList(context, {
    ...{ evaluator, decoding, repeats, rows: [...asked.keys()] },
    promptOf: (row, repeat) => ({ prompt: benchmark.promptOf(questionAt(row), row, repeat) }),
  });
  const items: { [key: string]: Json }[] = [];
  for (const [row, question] of rows.entries()) {
    if ('problem' in question) items.push({ row, problem: (question as RowProblem).problem });
  }
  const verdicts: boolean[][] = [];
  let [graded, answered, truncated, unanswered] = [0, 0, 0, 0];
  for (const ofRow of answers) {
    const correct: boolean[] = [];
    for (const answer of ofRow) {
      if (++graded % answersPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      const { row, repeat, text, tokens, finishReason } = answer;
      const grade = benchmark.grade(text, questionAt(row), row, repeat);
      items.push({
        ...{ row, repeat, ...benchmark.describe(questionAt(row), row, repeat) },
        ...{ text, tokens, finishReason, ...grade, ...problemOf(answer) },
      });
      correct.push(grade.correct);
      if (grade.extracted !== null) answered++;
      if (finishReason === 'length') truncated++;
      if (finishReason === null) unanswered++;
    }
    verdicts.push(correct);
  }
  const metrics = {
    ...repeatedAccuracy(verdicts, context.seed),
    questions: asked.size,
    items: items.length,
    ...{ answered, truncated, unanswered, ungraded: rows.length - asked.size },
  };
  return { metrics, items };
}
