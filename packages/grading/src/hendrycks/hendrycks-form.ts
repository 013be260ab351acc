import { balancedBraces } from '../latex/balanced-braces.js';

/** `\frac12`, `\frac1{72}`, `\frac{1}2` with both arguments in braces. */
function bracedFractions(latex: string): string {
  const command = '\\frac';
  let result = '';
  let position = 0;
  for (let index = latex.indexOf(command); index !== -1; index = latex.indexOf(command, position)) {
    result += latex.slice(position, index) + command;
    position = index + command.length;
    for (let argument = 0; argument < 2 && position < latex.length; argument++) {
      const braces = balancedBraces(latex, position);
      if (braces !== undefined && argument === 0 && braces.content.includes(command)) break;
      if (braces === undefined && latex[position] === '{') break;
      result += braces === undefined ? `{${latex[position]}}` : latex.slice(position, braces.end);
      position = braces?.end ?? position + 1;
    }
  }
  return result + latex.slice(position);
}

/**
 * The normal form of an answer in which the MATH benchmark compares answers as text: Hendrycks et al. (2021),
 * arXiv 2103.03874, `_strip_string` of their `modeling/math_equivalence.py`. Without line breaks, sizes, units in `\text{ …}`, degree, dollar and percent signs,
 * a name of up to two letters before `=`, and white space; fractions and roots with braces; `0.5` as `\frac{1}{2}`.
 */
export function hendrycksForm(answer: string): string {
  let text = answer
    .replaceAll('\n', '')
    .replaceAll('\\!', '')
    .replaceAll('\\\\', '\\')
    .replace(/\\[td]frac/gu, '\\frac')
    .replace(/\\left|\\right/gu, '')
    .replace(/\^\{\\circ\}|\^\\circ/gu, '')
    .replaceAll('\\$', '');
  const [beforeUnits, ...units] = text.split('\\text{ ');
  if (units.length === 1) text = beforeUnits;
  text = text.replaceAll('\\%', '').replaceAll(' .', ' 0.').replaceAll('{.', '{0.').replace(/^\./u, '0.');
  const sides = text.split('=');
  if (sides.length === 2 && sides[0].length <= 2) text = sides[1];
  text = text.replace(/\\sqrt(?!\{)(.)/gu, (_, argument: string) => `\\sqrt{${argument}}`).replaceAll(' ', '');
  text = bracedFractions(text);
  if (text === '0.5') return '\\frac{1}{2}';
  const quotient = /^(-?\d+)\/(-?\d+)$/u.exec(text);
  return quotient === null ? text : `\\frac{${Number(quotient[1])}}{${Number(quotient[2])}}`;
}

/** The verdict of the MATH benchmark's own grader: whether two answers have the same {@link hendrycksForm}. */
export function hendrycksEquivalent(answer: string, reference: string): boolean {
  return hendrycksForm(answer) === hendrycksForm(reference);
}
