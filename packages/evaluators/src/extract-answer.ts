import { createContext, Script } from 'node:vm';
import { InvalidConfigError, ProfitError } from '@profit-sft/core';

/** How an answer is found in a text; `undefined` when there is none. */
export type ExtractAnswer = (text: string) => string | undefined;

/** Longest text that is searched, in UTF-16 units: a number is looked for at its end, a pattern from its start. */
export const longestSearchedText = 20_000;

/** How long one search with a pattern from a configuration may take, so that backtracking cannot hang a run. */
const patternTimeoutMilliseconds = 500;

/**
 * The last number of a text, in a canonical form, so that `1,000.50`, `1000.5` and `+1000.5` are equal. A decimal point
 * needs a digit after it, so a full stop that ends the sentence is not part of the number.
 */
export const lastNumber: ExtractAnswer = (text) => {
  const searched = text.slice(-longestSearchedText);
  let last: string | undefined;
  for (const match of searched.matchAll(/(?<![\d.])[-−]?(?:\d[\d,]*)?\.?\d+/gu)) last = match[0];
  return last === undefined ? undefined : canonicalNumber(last.replaceAll(',', '').replace('−', '-'));
};

/** Without leading zeros, trailing fraction zeros and negative zero; digits are kept as text, so none are rounded away. */
function canonicalNumber(text: string): string {
  const negative = text.startsWith('-');
  const [whole, fraction = ''] = text.slice(negative ? 1 : 0).split('.');
  const digits = whole.replace(/^0+/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  const magnitude = decimals === '' ? digits : `${digits}.${decimals}`;
  return negative && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

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
