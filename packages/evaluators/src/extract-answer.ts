import { createContext, Script } from 'node:vm';
import { InvalidConfigError, ProfitError } from '@profit-sft/core';
import { extractAnswer } from '@profit-sft/grading';

/** How an answer is found in a text; `undefined` when there is none. */
export type ExtractAnswer = (text: string) => string | undefined;

/** Longest text that is searched with a pattern, from its start, in UTF-16 units. */
export const longestSearchedText = 20_000;

/** How long one search with a pattern from a configuration may take, so that backtracking cannot hang a run. */
const patternTimeoutMilliseconds = 500;

/** The last number of a text, in a canonical form. */
export const lastNumber: ExtractAnswer = (text) => extractAnswer(text, 'last-number');

/**
 * The first group of the first match of `pattern`, trimmed, with runs of white space as one space.
 * @throws InvalidConfigError when the pattern is not a regular expression with a group.
 */
export function extractByPattern(pattern: string): ExtractAnswer {
  const refuse = (message: string): never => {
    throw new InvalidConfigError('evaluator "exact-match"', [{ path: 'answerPattern', message }]);
  };
  let expression: RegExp;
  let groups: number;
  try {
    expression = new RegExp(pattern, 'u');
    // An empty alternative always matches, which tells the number of groups without any text.
    groups = (new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1) - 1;
  } catch (error) {
    return refuse(`${(error as Error).message}`);
  }
  if (groups === 0) return refuse(`needs a group (…) around the answer, got ${JSON.stringify(pattern)}`);

  const context = createContext({ expression, text: '' });
  const script = new Script('expression.exec(text)');
  return (text) => {
    context.text = text.slice(0, longestSearchedText);
    let match: RegExpExecArray | null;
    try {
      match = script.runInContext(context, { timeout: patternTimeoutMilliseconds }) as RegExpExecArray | null;
    } catch (error) {
      throw new ProfitError(
        'config',
        `evaluator "exact-match": answerPattern ${JSON.stringify(pattern)} took longer than ` +
          `${patternTimeoutMilliseconds} ms on a text of ${text.length} characters. Write it without nested repetition.`,
        { cause: error },
      );
    }
    return match?.[1]?.trim().replace(/\s+/gu, ' ');
  };
}
