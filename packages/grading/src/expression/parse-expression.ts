import { LATEX_DICTIONARY, LatexSyntax, UNITS_DICTIONARY } from '@cortex-js/compute-engine/latex-syntax';
import { limits } from '../limits.js';
import { nestingDepth } from '../latex/top-level.js';
import { headOf, isFunction, type MathJson } from './math-json.js';

/** Units stay the words they are: which of them matter is decided where answers are compared. */
const dictionary = LATEX_DICTIONARY.filter((entry) => !UNITS_DICTIONARY.includes(entry));

const newParser = (): LatexSyntax => new LatexSyntax({ dictionary });
let parser: LatexSyntax | undefined;

/** Without what the parser leaves where it could not read, and not deeper than the limit. */
function isReadable(expression: unknown, depth = 0): boolean {
  if (depth > limits.depth || expression === null || expression === undefined) return false;
  if (!Array.isArray(expression)) return !(typeof expression === 'object' && 'fn' in expression);
  return expression[0] !== 'Error' && expression.every((operand) => isReadable(operand, depth + 1));
}

/** Without spacing commands. */
const withoutSpacing = (expression: MathJson): MathJson =>
  isFunction(expression)
    ? [
        expression[0],
        ...(expression.slice(1) as MathJson[])
          .filter((operand) => headOf(operand) !== 'HorizontalSpacing')
          .map(withoutSpacing),
      ]
    : expression;

/** Capitals are numbers: the parser would take `P(1+r)^2` for a function of `1+r`, and it is as often a product. */
const resolveSymbol = (symbol: string): { type: 'number' } | undefined =>
  /^[A-Z]$/u.test(symbol) ? { type: 'number' } : undefined;

/**
 * Parses LaTeX, or plain notation such as `sqrt(3)/2` and `x**2`, without evaluating anything. `undefined` where it is no
 * expression, its brackets do not close, or it is beyond the limits.
 */
export function parseExpression(latex: string): MathJson | undefined {
  if (latex === '' || latex.length > limits.answer) return undefined;
  const depth = nestingDepth(latex);
  if (depth === undefined || depth > limits.nesting || latex.split('|').length - 1 > limits.bars) return undefined;
  parser ??= newParser();
  // Taken away while it works: a parser that a time limit stopped is not used again.
  const current = parser;
  parser = undefined;
  let expression: unknown;
  try {
    expression = current.parse(latex, { strict: false, resolveSymbol });
  } catch {
    // A defect of the parser on strange input; the answer cannot be read, which is all that matters here.
    return undefined;
  }
  parser = current;
  return isReadable(expression) ? withoutSpacing(expression as MathJson) : undefined;
}
