import { Complex } from 'complex.js';
import { exactValue } from './exact-value.js';
import { headOf, operandsOf, symbolOf, withoutDelimiters, type MathJson } from './math-json.js';

/** The value of each free name. */
export type Assignment = ReadonlyMap<string, Complex>;

const real = (value: number): Complex => new Complex(value, 0);
const isReal = (value: Complex): boolean => value.im === 0;

const constants = new Map([
  ['Pi', real(Math.PI)],
  ['e', real(Math.E)],
  ['ExponentialE', real(Math.E)],
  ['i', new Complex(0, 1)],
  ['ImaginaryUnit', new Complex(0, 1)],
  ['PositiveInfinity', real(Infinity)],
  ['NegativeInfinity', real(-Infinity)],
]);

/** Functions of one argument by their principal branches. `Log` without a base is decimal, as in school and in MATH. */
const functions = new Map<string, (argument: Complex) => Complex>([
  ['Negate', (z) => z.neg()],
  ['Sqrt', (z) => rationalPower(z, 1, 2)],
  ['Square', (z) => z.mul(z)],
  ['Abs', (z) => real(z.abs())],
  ['Norm', (z) => real(z.abs())],
  ['Floor', (z) => real(Math.floor(z.re))],
  ['Ceil', (z) => real(Math.ceil(z.re))],
  ['Conjugate', (z) => z.conjugate()],
  ['Degrees', (z) => z.mul(Math.PI / 180)],
  ['Exp', (z) => z.exp()],
  ['Ln', (z) => z.log()],
  ['Log', (z) => z.log().div(Math.LN10)],
  ['Lb', (z) => z.log().div(Math.LN2)],
  ['Sin', (z) => z.sin()],
  ['Cos', (z) => z.cos()],
  ['Tan', (z) => z.tan()],
  ['Cot', (z) => z.cot()],
  ['Sec', (z) => z.sec()],
  ['Csc', (z) => z.csc()],
  ['Arcsin', (z) => z.asin()],
  ['Arccos', (z) => z.acos()],
  ['Arctan', (z) => z.atan()],
  ['Arccot', (z) => z.acot()],
  ['Sinh', (z) => z.sinh()],
  ['Cosh', (z) => z.cosh()],
  ['Tanh', (z) => z.tanh()],
  ['Coth', (z) => z.coth()],
  ['Sech', (z) => z.sech()],
  ['Csch', (z) => z.csch()],
]);

/** What `\sin^{-1}` stands for: the parser gives a power of −1 of the function. */
const inverses = new Map([
  ['Sin', 'Arcsin'],
  ['Cos', 'Arccos'],
  ['Tan', 'Arctan'],
  ['Cot', 'Arccot'],
]);

/** z^(p/q). An odd root of a negative number is the real one, as in school, for `\sqrt[3]{x}` and `x^{1/3}` alike. */
function rationalPower(z: Complex, numerator: number, denominator: number): Complex {
  const exponent = numerator / denominator;
  if (isReal(z) && (z.re >= 0 || denominator === 1)) return real(z.re ** exponent);
  if (isReal(z) && denominator % 2 === 1) return real((numerator % 2 === 0 ? 1 : -1) * (-z.re) ** exponent);
  return z.pow(exponent, 0);
}

function power(base: MathJson, exponent: MathJson, assignment: Assignment): Complex | undefined {
  const exact = exactValue(exponent);
  const inverse = inverses.get(headOf(base) ?? '');
  if (inverse !== undefined && exact?.equals(-1)) return numericValue([inverse, ...operandsOf(base)], assignment);
  const z = numericValue(base, assignment);
  if (z === undefined) return undefined;
  if (exact !== undefined) {
    const [numerator, denominator] = [Number(exact.s * exact.n), Number(exact.d)];
    if (denominator < 1e6) return rationalPower(z, numerator, denominator);
  }
  const w = numericValue(exponent, assignment);
  if (w === undefined) return undefined;
  return isReal(z) && z.re >= 0 && isReal(w) ? real(z.re ** w.re) : z.pow(w);
}

/**
 * The value of an expression with a number for each name, in float64 complex arithmetic, so that roots and logarithms are
 * defined everywhere. `undefined` for what has no numeric value here: an unknown function, text, a name without a number.
 */
export function numericValue(expression: MathJson, assignment: Assignment): Complex | undefined {
  const inner = withoutDelimiters(expression);
  const exact = exactValue(inner);
  if (exact !== undefined) return real(exact.valueOf());
  const symbol = symbolOf(inner);
  if (symbol !== undefined) return constants.get(symbol) ?? assignment.get(symbol);
  const head = headOf(inner);
  if (head === undefined) return undefined;
  const operands = operandsOf(inner);
  if (head === 'Power' && operands.length === 2) return power(operands[0], operands[1], assignment);
  if (head === 'Root' && operands.length === 2) return power(operands[0], ['Divide', 1, operands[1]], assignment);
  const values: Complex[] = [];
  for (const operand of operands) {
    const value = numericValue(operand, assignment);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const [first, second] = values;
  switch (head) {
    case 'Add':
      return values.reduce((sum, value) => sum.add(value));
    case 'Subtract':
      return values.reduce((difference, value) => difference.sub(value));
    case 'Multiply':
    case 'InvisibleOperator':
      return values.reduce((product, value) => product.mul(value));
    case 'Divide':
    case 'Colon':
      return values.length === 2 ? first.div(second) : undefined;
    case 'Log':
      if (values.length === 2) return first.log().div(second.log());
      break;
    case 'Max':
    case 'Min': {
      if (!values.every(isReal)) return undefined;
      return real(Math[head === 'Max' ? 'max' : 'min'](...values.map(({ re }) => re)));
    }
  }
  return values.length === 1 ? functions.get(head)?.(first) : undefined;
}
