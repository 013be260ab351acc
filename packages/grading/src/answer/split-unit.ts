import { headOf, numeralOf, operandsOf, stringOf, type MathJson } from '../expression/math-json.js';

/** One spelling for each unit that answers write in several. */
const spellings = new Map([
  ['degree', '°'],
  ['deg', '°'],
  ['percent', '%'],
  ['per cent', '%'],
  ['dollar', '$'],
]);

function unitWord(text: string): string {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[.,]+$/u, '')
    .replace(/\s+/gu, ' ')
    .replace(/(?<=[a-z]{3})s$/u, '');
  return spellings.get(word) ?? word;
}

/** The spelling of an expression of units alone (`\text{cm}^2`, `\frac{\text{m}}{\text{s}}`), or `undefined` for any other. */
function unitOf(expression: MathJson): string | undefined {
  const text = stringOf(expression);
  if (text !== undefined) return unitWord(text);
  const operands = operandsOf(expression);
  if (headOf(expression) === 'Power') {
    const [base, exponent] = [unitOf(operands[0]), numeralOf(operands[1])];
    return base === undefined || exponent === undefined ? undefined : `${base}^${exponent}`;
  }
  if (headOf(expression) === 'Divide' || headOf(expression) === 'Multiply') {
    const parts = operands.map(unitOf);
    if (parts.some((part) => part === undefined)) return undefined;
    return parts.join(headOf(expression) === 'Divide' ? '/' : ' ');
  }
  return undefined;
}

/**
 * Takes the unit off an expression: words, with powers and quotients, after a value, or a degree sign. An expression of words
 * alone has no value and stays as it is.
 */
export function splitUnit(expression: MathJson): { value: MathJson; unit?: string } {
  const operands = operandsOf(expression);
  if (headOf(expression) === 'Degrees') return { value: operands[0], unit: '°' };
  if (headOf(expression) === 'Negate') {
    const { value, unit } = splitUnit(operands[0]);
    return unit === undefined ? { value: expression } : { value: ['Negate', value], unit };
  }
  if (headOf(expression) === 'Divide') {
    // `6 \text{ m} / \text{s}`: the parser divides the whole by the second.
    const [above, below] = [splitUnit(operands[0]), unitOf(operands[1])];
    if (above.unit !== undefined && below !== undefined) return { value: above.value, unit: `${above.unit}/${below}` };
  }
  if (headOf(expression) !== 'InvisibleOperator' && headOf(expression) !== 'Multiply') return { value: expression };
  let end = operands.length;
  const units: string[] = [];
  for (; end > 1; end--) {
    const unit = unitOf(operands[end - 1]);
    if (unit === undefined) break;
    units.unshift(unit);
  }
  if (units.length === 0) return { value: expression };
  const value: MathJson = end === 1 ? operands[0] : ['InvisibleOperator', ...operands.slice(0, end)];
  return { value, unit: units.join(' ').trim() };
}
