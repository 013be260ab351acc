import { Fraction } from 'fraction.js';
import { limits } from '../limits.js';
import { headOf, numeralOf, operandsOf, withoutDelimiters, type MathJson } from './math-json.js';

/** Size of a fraction's larger part in bits, to four. */
const bitsOf = ({ n, d }: Fraction): number => 4 * Math.max(n.toString(16).length, d.toString(16).length);

const bounded = (value: Fraction | undefined): Fraction | undefined =>
  value !== undefined && bitsOf(value) <= limits.exactBits ? value : undefined;

/** The value of a numeral: `12`, `0.(3)`, `3.5e-4`. */
function numeralValue(numeral: string): Fraction | undefined {
  const match = /^(-?\d*\.?\d*(?:\(\d+\))?)(?:e([-+]?\d+))?$/u.exec(numeral);
  if (match === null || !/\d/u.test(match[1])) return undefined;
  const exponent = Number(match[2] ?? 0);
  if (Math.abs(exponent) * 3.33 > limits.exactBits) return undefined;
  const scale = new Fraction(10n ** BigInt(Math.abs(exponent)));
  const mantissa = new Fraction(match[1].replace(/\.$/u, ''));
  return exponent < 0 ? mantissa.div(scale) : mantissa.mul(scale);
}

function power(base: Fraction, exponent: Fraction): Fraction | undefined {
  if (exponent.d !== 1n || exponent.n > BigInt(limits.exactBits)) return undefined;
  if (base.n === 0n && exponent.s <= 0n) return undefined;
  const size = Number(exponent.n) * bitsOf(base);
  return size > limits.exactBits && base.n > 1n ? undefined : (base.pow(exponent) ?? undefined);
}

/** n!, whose size Stirling's formula bounds beforehand. */
function factorial({ s, n, d }: Fraction): Fraction | undefined {
  if (s < 0n || d !== 1n || n > 2_000n || Number(n) * Math.log2(Number(n) + 1) > limits.exactBits) return undefined;
  let product = 1n;
  for (let factor = 2n; factor <= n; factor++) product *= factor;
  return new Fraction(product);
}

/** n over k by n − k + 1, …, n over 1, …, k. */
function binomial(n: Fraction, k: Fraction): Fraction | undefined {
  if (n.d !== 1n || k.d !== 1n || n.s < 0n || k.s < 0n || n.n > 10_000n) return undefined;
  if (k.n > n.n) return new Fraction(0);
  const steps = k.n * 2n > n.n ? n.n - k.n : k.n;
  let result = 1n;
  for (let step = 1n; step <= steps; step++) result = (result * (n.n - steps + step)) / step;
  return new Fraction(result);
}

/**
 * `2\frac{1}{3}` is the mixed number 2 + 1/3, not a product: a whole number right before a fraction of whole numbers.
 * `undefined` for anything else.
 */
function mixedNumber(operands: readonly MathJson[]): Fraction | undefined {
  if (operands.length !== 2) return undefined;
  const [written, part] = operands;
  const negative = headOf(written) === 'Negate';
  const whole = numeralOf(negative ? operandsOf(written)[0] : written);
  const fraction = headOf(part) === 'Divide' || headOf(part) === 'Rational' ? operandsOf(part).map(numeralOf) : [];
  if (whole === undefined || !/^\d+$/u.test(whole) || fraction.length !== 2) return undefined;
  if (!fraction.every((numeral) => numeral !== undefined && /^\d+$/u.test(numeral)) || /^0+$/u.test(fraction[1]!)) {
    return undefined;
  }
  const value = new Fraction(BigInt(whole)).add(new Fraction(BigInt(fraction[0]!), BigInt(fraction[1]!)));
  return negative ? value.neg() : value;
}

/**
 * The rational value of an expression by exact arithmetic, or `undefined` where it has none, has names, or is larger than
 * `limits.exactBits`.
 */
export function exactValue(expression: MathJson): Fraction | undefined {
  const inner = withoutDelimiters(expression);
  const numeral = numeralOf(inner);
  if (numeral !== undefined) return numeralValue(numeral);
  const head = headOf(inner);
  if (head === undefined) return undefined;
  const operands = operandsOf(inner);
  if (head === 'InvisibleOperator') {
    const mixed = mixedNumber(operands);
    if (mixed !== undefined) return mixed;
  }
  const values: Fraction[] = [];
  for (const operand of operands) {
    const value = exactValue(operand);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values.length === 0 ? undefined : bounded(apply(head, values));
}

function fold(
  values: readonly Fraction[],
  combine: (left: Fraction, right: Fraction) => Fraction,
): Fraction | undefined {
  let result: Fraction | undefined = values[0];
  for (const value of values.slice(1)) {
    result = bounded(combine(result, value));
    if (result === undefined) return undefined;
  }
  return result;
}

function apply(head: string, values: readonly Fraction[]): Fraction | undefined {
  const [first, second] = values;
  const isWhole = values.every(({ d }) => d === 1n);
  switch (head) {
    case 'Add':
      return fold(values, (left, right) => left.add(right));
    case 'Subtract':
      return fold(values, (left, right) => left.sub(right));
    case 'Multiply':
    case 'InvisibleOperator':
      return fold(values, (left, right) => left.mul(right));
    case 'Divide':
    case 'Rational':
    case 'Colon':
      return values.length === 2 && second.n !== 0n ? first.div(second) : undefined;
    case 'Negate':
      return first.neg();
    case 'Power':
      return values.length === 2 ? power(first, second) : undefined;
    case 'Factorial':
      return factorial(first);
    case 'Binomial':
      return values.length === 2 ? binomial(first, second) : undefined;
    case 'Abs':
      return first.abs();
    case 'Floor':
      return first.floor();
    case 'Ceil':
      return first.ceil();
    case 'Max':
      return fold(values, (left, right) => (left.gte(right) ? left : right));
    case 'Min':
      return fold(values, (left, right) => (left.lte(right) ? left : right));
    case 'GCD':
      return isWhole ? fold(values, (left, right) => left.gcd(right)) : undefined;
    case 'LCM':
      return isWhole ? fold(values, (left, right) => left.lcm(right)) : undefined;
    default:
      return undefined;
  }
}
