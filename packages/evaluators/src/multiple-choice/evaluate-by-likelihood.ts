import {
  createRandom,
  InvalidDataError,
  NonFiniteError,
  ProfitError,
  type EvaluationContext,
  type EvaluationResult,
  type Json,
} from '@profit-sft/core';
import type { RowProblem } from '../mathematics/question-row.js';
import { bootstrapInterval, shareOf } from '../statistics/bootstrap-interval.js';
import { chooseOption, type Normalisation } from './choose-option.js';
import type { ChoiceQuestion, ReadChoiceQuestion } from './choice-question.js';
import { encodeContinuation, type EncodedContinuation } from './encode-continuation.js';
import { scoreContinuations } from './score-continuations.js';

/** A benchmark whose options are scored as continuations of the question. */
export interface LikelihoodBenchmark {
  readonly name: string;
  /** What rows must have, for the message about a data set of which none can be scored. */
  readonly needs: string;
  readonly readQuestion: ReadChoiceQuestion;
  /** The rows that are examples in the prompts of others. */
  readonly isExample: (question: ChoiceQuestion, row: number) => boolean;
  /** Up to the option; the option follows after a space. A problem where examples are missing. */
  readonly contextOf: (question: ChoiceQuestion, examples: readonly ChoiceQuestion[]) => string | RowProblem;
  /** The texts that are scored. */
  readonly continuationsOf: (question: ChoiceQuestion) => readonly string[];
  /** Metrics by their names, the headline first. */
  readonly metrics: Readonly<Record<string, Normalisation>>;
}

/** Questions whose continuations are in memory at once. */
const questionsPerCall = 128;

interface Scored {
  readonly row: number;
  readonly question: ChoiceQuestion;
  readonly continuations: readonly string[];
  readonly encoded: readonly EncodedContinuation[];
  /** Tokens of the context that the model has no place for. */
  readonly cut: number;
}

/** Keeps the last tokens of what is too long, as lm-evaluation-harness does. */
function cutToPositions(encoded: EncodedContinuation, maxPositions: number): EncodedContinuation {
  const cut = Math.max(0, encoded.tokens.length - maxPositions);
  return { tokens: encoded.tokens.subarray(cut), start: encoded.start - cut };
}

function readRows(
  { dataset }: EvaluationContext,
  { name, needs, readQuestion }: LikelihoodBenchmark,
): (ChoiceQuestion | RowProblem)[] {
  if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
  const rows = Array.from({ length: dataset.length }, (_, row) => readQuestion(dataset.row(row)));
  const [first] = rows;
  if ('problem' in first && rows.every((row) => 'problem' in row)) {
    const message = `${first.problem}, and no other row can be scored either; ${name} needs ${needs}`;
    throw new InvalidDataError(dataset.origin(0), message);
  }
  return rows;
}

/**
 * Scores every option as a continuation of its question and chooses the likeliest, by the sum of its tokens' log-probabilities
 * and by that sum divided by the option's length.
 *
 * Rows that are no question, examples, and options that are no continuation are left out of the metrics and say why. A context
 * that is too long for the model loses its beginning and is counted in `truncated`.
 *
 * @throws InvalidDataError when no row can be scored
 * @throws NonFiniteError when the model gives a log-likelihood that is not finite; names the row
 */
export async function evaluateByLikelihood(
  context: EvaluationContext,
  benchmark: LikelihoodBenchmark,
): Promise<EvaluationResult> {
  const { dataset, model, tokenizer, seed, onProgress } = context;
  const { maxPositions } = model.description;
  const rows = readRows(context, benchmark);
  const examples = rows.filter(
    (question, row): question is ChoiceQuestion => !('problem' in question) && benchmark.isExample(question, row),
  );

  const prepare = (row: number): Scored | RowProblem => {
    const question = rows[row];
    if ('problem' in question) return question;
    if (examples.includes(question)) return { problem: 'is an example in the prompts of others' };
    const text = benchmark.contextOf(question, examples);
    if (typeof text !== 'string') return text;
    const continuations = benchmark.continuationsOf(question);
    const whole = continuations.map((option) => encodeContinuation(tokenizer, text, ` ${option}`));
    const encoded = whole.map((one) => cutToPositions(one, maxPositions));
    const bad = encoded.findIndex(({ tokens, start }) => start < 1 || start >= tokens.length);
    if (bad >= 0) {
      const tokens = whole[bad].tokens.length - whole[bad].start;
      return {
        problem: `its option ${bad} has ${tokens} tokens, and the model allows 1 to ${maxPositions - 1} after a context`,
      };
    }
    return { row, question, continuations, encoded, cut: whole[0].start - encoded[0].start };
  };

  const items: { [key: string]: Json }[] = [];
  const names = Object.keys(benchmark.metrics);
  const verdicts: Record<string, boolean[]> = Object.fromEntries(names.map((name) => [name, []]));
  let truncated = 0;
  let firstProblem: string | undefined;
  for (let start = 0; start < rows.length; start += questionsPerCall) {
    const count = Math.min(questionsPerCall, rows.length - start);
    const prepared = Array.from({ length: count }, (_, index) => prepare(start + index));
    const scored = prepared.filter((one): one is Scored => !('problem' in one));
    const sums = await scoreContinuations(
      context,
      scored.flatMap(({ encoded }) => encoded),
    );
    let at = 0;
    prepared.forEach((one, index) => {
      if ('problem' in one) {
        firstProblem ??= one.problem;
        items.push({ row: start + index, problem: one.problem });
        return;
      }
      const { row, question, continuations, cut } = one;
      const logLikelihoods = Array.from(sums.subarray(at, (at += continuations.length)));
      if (!logLikelihoods.every(Number.isFinite)) {
        throw new NonFiniteError(`the log-likelihood of an option of ${dataset.origin(row)}`, {
          hint: 'The model directory may be damaged, or training diverged.',
        });
      }
      if (cut > 0) truncated++;
      const chosen: Record<string, number> = {};
      for (const [name, normalisation] of Object.entries(benchmark.metrics)) {
        chosen[name] = chooseOption(continuations, logLikelihoods, normalisation);
        verdicts[name].push(chosen[name] === question.gold);
      }
      items.push({
        ...{ row, question: question.question, options: question.options },
        ...(question.category === undefined ? {} : { category: question.category }),
        ...{ logLikelihoods, gold: question.gold, chosen, correct: chosen[names[0]] === question.gold },
        ...(cut > 0 ? { truncatedTokens: cut } : {}),
      });
    });
    onProgress?.(start + count, rows.length);
  }

  const questions = verdicts[names[0]].length;
  if (questions === 0) {
    throw new InvalidDataError(
      dataset.origin(0),
      `no row can be scored: ${firstProblem}; ${benchmark.name} needs ${benchmark.needs}`,
    );
  }
  const metrics: Record<string, number> = {};
  const shares = names.map((name) => verdicts[name].map((correct) => ({ hits: correct ? 1 : 0, count: 1 })));
  names.forEach((name, index) => (metrics[name] = shareOf(shares[index])));
  names.forEach((name, index) => {
    const { lower, upper } = bootstrapInterval(shares[index], createRandom(seed, benchmark.name, 'bootstrap'));
    metrics[`${name}Lower`] = lower;
    metrics[`${name}Upper`] = upper;
  });
  return {
    metrics: { ...metrics, questions, items: items.length, truncated, ungraded: rows.length - questions },
    items,
  };
}
