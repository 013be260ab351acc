import { boxedAnswer } from './boxed.js';
import { choiceLetter } from './choice-letter.js';
import { bareMathematics, lastEnvironment } from './environments.js';
import { lastNumber } from './last-number.js';
import { markedAnswer } from './marked-answer.js';
import { lastPlainNumber } from './plain-number.js';
import { searchedText } from './searched-text.js';
import { statedAnswers } from './stated-answer.js';

/**
 * Where an answer is looked for.
 *
 * - `boxed`: the last `\boxed{…}`.
 * - `marked`: what follows the last `####`, as in GSM8K.
 * - `last-number`: the last number, in a canonical form.
 * - `choice`: the letter of an option.
 * - `latex`: a stated final answer in LaTeX, else a box, else an answer stated otherwise, else the last mathematics set off in the text.
 * - `expression`: the same for plain numbers and fractions.
 * - `mathematics`: `latex`, and `expression` where there is none.
 */
export const answerKinds = ['boxed', 'marked', 'last-number', 'choice', 'latex', 'expression', 'mathematics'] as const;
export type AnswerKind = (typeof answerKinds)[number];

type MathematicsKind = Extract<AnswerKind, 'latex' | 'expression' | 'mathematics'>;

/** A name alone: in `the largest $n$ is 34` the answer is not what is set off. */
const onlyName = /^[a-zA-Z]+(?:\([a-z]\))?$/u;

/** The answer of a sentence that states it. */
function fromStatement(statement: string, kind: MathematicsKind): string | undefined {
  if (kind === 'expression') return lastPlainNumber(statement)?.content;
  const boxed = boxedAnswer(statement);
  if (boxed !== undefined) return boxed;
  const environment = lastEnvironment(statement)?.content;
  if (kind === 'latex') return environment;
  const number = lastPlainNumber(statement)?.content;
  if (environment !== undefined && !(onlyName.test(environment) && number !== undefined)) return environment;
  return bareMathematics(statement) ?? number;
}

/** The answer of a text that does not say which it is: what comes last. */
function lastMathematics(text: string, kind: MathematicsKind): string | undefined {
  const environment = kind === 'expression' ? undefined : lastEnvironment(text);
  const number = kind === 'latex' ? undefined : lastPlainNumber(text);
  if (environment === undefined && kind !== 'expression') return bareMathematics(text) ?? number?.content;
  return environment === undefined || (number !== undefined && number.start >= environment.end)
    ? number?.content
    : environment.content;
}

function mathematics(text: string, kind: MathematicsKind): string | undefined {
  const { final, other } = statedAnswers(text);
  const firstOf = (statements: readonly string[]): string | undefined => {
    for (const statement of statements) {
      const answer = fromStatement(statement, kind);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  return (
    firstOf(final) ??
    (kind === 'expression' ? undefined : boxedAnswer(text)) ??
    firstOf(other) ??
    lastMathematics(text, kind)
  );
}

/** The answer of a response, as it is written there, or `undefined`. The last 20,000 characters are searched. */
export function extractAnswer(response: string, kind: AnswerKind = 'mathematics'): string | undefined {
  const text = searchedText(response);
  switch (kind) {
    case 'boxed':
      return boxedAnswer(text);
    case 'marked':
      return markedAnswer(text);
    case 'last-number':
      return lastNumber(text);
    case 'choice':
      return choiceLetter(text);
    default:
      return mathematics(text, kind);
  }
}
