/**
 * An expression as the parser of `@cortex-js/compute-engine` gives it, not evaluated and not canonical: numbers, symbols and
 * strings as text, and functions as arrays of a head and operands (https://mathlive.io/math-json/).
 */
export type MathJson = number | string | { readonly num: string } | { readonly str: string } | MathJsonFunction;

export type MathJsonFunction = readonly [head: string, ...operands: MathJson[]];

export const isFunction = (expression: MathJson): expression is MathJsonFunction => Array.isArray(expression);

/** The head of a function, or `undefined` for numbers, symbols and strings. */
export const headOf = (expression: MathJson): string | undefined =>
  isFunction(expression) ? expression[0] : undefined;

export const operandsOf = (expression: MathJson): readonly MathJson[] =>
  isFunction(expression) ? (expression.slice(1) as MathJson[]) : [];

/** The digits of a number as they were written, or `undefined` for anything else. */
export function numeralOf(expression: MathJson): string | undefined {
  if (typeof expression === 'number') return String(expression);
  return typeof expression === 'object' && 'num' in expression ? expression.num : undefined;
}

/** The text of a `\text{…}`, which MathJSON writes `'…'`, or `undefined` for anything else. */
export function stringOf(expression: MathJson): string | undefined {
  if (typeof expression === 'object' && 'str' in expression) return expression.str;
  return typeof expression === 'string' && /^'.*'$/su.test(expression) ? expression.slice(1, -1) : undefined;
}

export const symbolOf = (expression: MathJson): string | undefined =>
  typeof expression === 'string' && !expression.startsWith("'") ? expression : undefined;

/** Names whose value is fixed. `e` and `i` are read as the constants, as grading has no declarations. */
const constants = new Set(['Pi', 'e', 'ExponentialE', 'i', 'ImaginaryUnit', 'PositiveInfinity', 'NegativeInfinity']);

/** The free names of an expression. */
export function symbolsOf(expression: MathJson, found = new Set<string>()): Set<string> {
  const symbol = symbolOf(expression);
  if (symbol !== undefined && !constants.has(symbol)) found.add(symbol);
  for (const operand of operandsOf(expression)) symbolsOf(operand, found);
  return found;
}

/** Removes the `Delimiter` that brackets around a single expression leave. */
export function withoutDelimiters(expression: MathJson): MathJson {
  let inner = expression;
  while (headOf(inner) === 'Delimiter') {
    const [content] = operandsOf(inner);
    if (content === undefined || headOf(content) === 'Sequence') break;
    inner = content;
  }
  return inner;
}
