import { readAnswer } from '../answer/read-answer.js';
import { defaultTimeLimit } from '../limits.js';
import { outOfTime, withTimeLimit } from '../time-limit.js';
import { equalAnswers, type Comparison } from './equal-answers.js';

export interface EquivalenceOptions {
  /**
   * A decimal stands for another value if it is that value rounded to the digits it has and has at least this many after the
   * point. Default 6: `0.333333` is 1/3, `0.33` is not.
   */
  readonly decimals?: number;
  /** Whether the order of a list without brackets counts. Sets have none, tuples always do. Default `unordered`. */
  readonly lists?: Comparison['lists'];
  /** Milliseconds of work after which a pair is given up, as not equal. Default 500. */
  readonly timeLimit?: number;
}

/** Why two answers are, or are not, taken as equal. */
export type Verdict = 'equal' | 'different' | 'unreadable' | 'out of time';

/** As {@link equivalent}, with the reason. `unreadable`: one of the two is empty, or beyond the limits of length and nesting. */
export function compareAnswers(answer: string, reference: string, options: EquivalenceOptions = {}): Verdict {
  const { decimals = 6, lists = 'unordered', timeLimit = defaultTimeLimit } = options;
  if (answer.trim() === reference.trim() && answer.trim() !== '') return 'equal';
  const verdict = withTimeLimit(timeLimit, (): Verdict => {
    const given = readAnswer(answer);
    const expected = readAnswer(reference);
    if (given.length === 0 || expected.length === 0) return 'unreadable';
    return given.some((left) => expected.some((right) => equalAnswers(left, right, { decimals, lists })))
      ? 'equal'
      : 'different';
  });
  return verdict === outOfTime ? 'out of time' : verdict;
}

/**
 * Whether an answer in LaTeX or plain notation equals a reference. The conventions are in docs/grading.md. Never throws on
 * what a model may write, and takes no longer than `timeLimit`.
 */
export function equivalent(answer: string, reference: string, options: EquivalenceOptions = {}): boolean {
  return compareAnswers(answer, reference, options) === 'equal';
}
