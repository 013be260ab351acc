import { compareAnswers, type EquivalenceOptions, type Verdict } from './equivalence/equivalent.js';
import { extractAnswer, type AnswerKind } from './extraction/extract-answer.js';

export interface GradeOptions extends EquivalenceOptions {
  /** Where in the response the answer is looked for. Default `mathematics`. */
  readonly extraction?: AnswerKind;
}

export interface Grade {
  readonly correct: boolean;
  /** The answer as the response has it, or `null` where none was found. */
  readonly extracted: string | null;
  /** `equal` is the one reason of a correct answer. */
  readonly reason: Verdict | 'no answer';
}

/**
 * Finds the answer of a response and compares it with references, of which one must be equal. References are answers as they
 * are, not solutions: take theirs with `extractAnswer` first.
 */
export function gradeMathematics(
  response: string,
  reference: string | readonly string[],
  { extraction = 'mathematics', ...options }: GradeOptions = {},
): Grade {
  const extracted = extractAnswer(response, extraction);
  if (extracted === undefined) return { correct: false, extracted: null, reason: 'no answer' };
  let reason: Verdict = 'different';
  for (const one of typeof reference === 'string' ? [reference] : reference) {
    reason = compareAnswers(extracted, one, options);
    if (reason === 'equal') break;
  }
  return { correct: reason === 'equal', extracted, reason };
}
