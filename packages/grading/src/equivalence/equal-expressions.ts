import type { Complex } from 'complex.js';
import { Fraction } from 'fraction.js';
import { exactValue } from '../expression/exact-value.js';
import { headOf, numeralOf, operandsOf, symbolsOf, withoutDelimiters, type MathJson } from '../expression/math-json.js';
import { numericValue } from '../expression/numeric-value.js';
import { limits } from '../limits.js';
import { neededPoints, sampleAssignment, samplePoints } from './sample-points.js';

/** Relative error that float64 evaluation of an answer may have. */
const relativeTolerance = 1e-9;
/** Values nearer to 0 than this are 0: `\sin^2 x + \cos^2 x - 1` gives 1e-17. */
const absoluteTolerance = 1e-12;

const isFinite = (value: Complex): boolean => Number.isFinite(value.re) && Number.isFinite(value.im);

/** |a − b| ≤ 10⁻⁹ max(|a|, |b|), or both within 10⁻¹² of each other. */
export function nearlyEqual(left: Complex, right: Complex): boolean {
  const distance = left.sub(right).abs();
  return distance <= absoluteTolerance || distance <= relativeTolerance * Math.max(left.abs(), right.abs());
}

/** Values of two expressions at the same points, where both are finite. */
export function pairedValues(left: MathJson, right: MathJson): [Complex, Complex][] {
  const symbols = symbolsOf(right, symbolsOf(left));
  if (symbols.size > limits.symbols) return [];
  const pairs: [Complex, Complex][] = [];
  for (let point = 0; point < (symbols.size === 0 ? 1 : samplePoints); point++) {
    const assignment = sampleAssignment(symbols, point);
    const values = [numericValue(left, assignment), numericValue(right, assignment)];
    if (values[0] === undefined || values[1] === undefined) return [];
    if (isFinite(values[0]) && isFinite(values[1])) pairs.push([values[0], values[1]]);
  }
  return pairs.length >= (symbols.size === 0 ? 1 : neededPoints) ? pairs : [];
}

/** Digits after the point of a number written as a plain decimal, and how many of all digits are significant. */
function writtenDecimal(expression: MathJson): { decimals: number; significant: number } | undefined {
  const inner = withoutDelimiters(expression);
  const numeral = numeralOf(headOf(inner) === 'Negate' ? operandsOf(inner)[0] : inner);
  const match = /^-?(\d*)\.(\d+)$/u.exec(numeral ?? '');
  return match === null
    ? undefined
    : { decimals: match[2].length, significant: (match[1] + match[2]).replace(/^0+/u, '').length };
}

/**
 * Whether `written`, if it is a decimal, is the other value rounded to the digits it has, with at least `decimals` of them after
 * the point and at least four (or `decimals`, if that is fewer) significant.
 */
function isRounded(written: MathJson, other: MathJson, decimals: number): boolean {
  const digits = writtenDecimal(written);
  if (digits === undefined || digits.decimals < decimals || digits.significant < Math.min(4, decimals)) return false;
  const value = exactValue(written);
  const exact = exactValue(other);
  if (value === undefined) return false;
  const half = new Fraction(1n, 2n * 10n ** BigInt(digits.decimals));
  if (exact !== undefined) return value.sub(exact).abs().lte(half);
  const [pair] = symbolsOf(other).size === 0 ? pairedValues(written, other) : [];
  return pair !== undefined && pair[0].sub(pair[1]).abs() <= half.valueOf() * (1 + relativeTolerance);
}

/**
 * Whether two expressions have the same value: the same tree; the same rational number by exact arithmetic; one a decimal that
 * rounds the other to at least `decimals` places; or the same float64 value, at random points if they have names.
 */
export function equalExpressions(left: MathJson, right: MathJson, decimals: number): boolean {
  if (JSON.stringify(withoutDelimiters(left)) === JSON.stringify(withoutDelimiters(right))) return true;
  const [exactLeft, exactRight] = [exactValue(left), exactValue(right)];
  if (exactLeft !== undefined && exactRight !== undefined && exactLeft.equals(exactRight)) return true;
  if (isRounded(left, right, decimals) || isRounded(right, left, decimals)) return true;
  if (exactLeft !== undefined && exactRight !== undefined) return false;
  const pairs = pairedValues(left, right);
  return pairs.length > 0 && pairs.every(([a, b]) => nearlyEqual(a, b));
}
