import type { TokenSignals } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import type { ParameterArrays } from './reference-pass.js';

/** Numbers are equal up to tolerance · max(1, |expected|); NaN is equal to nothing. */
export function expectNumbers(
  where: string,
  what: (index: number) => string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  if (actual.length !== expected.length) {
    throw new ConformanceError(
      where,
      `${what(0)} and the rest: expected ${expected.length} numbers, got ${actual.length}`,
    );
  }
  for (let index = 0; index < expected.length; index++) {
    if (Math.abs(actual[index] - expected[index]) <= tolerance * Math.max(1, Math.abs(expected[index]))) continue;
    throw new ConformanceError(where, `${what(index)} is ${actual[index]}, expected ${expected[index]} ± ${tolerance}`);
  }
}

/** The named signals of two passes over the same tokens. */
export function expectEqualSignals(
  where: string,
  what: string,
  names: readonly (keyof TokenSignals & string)[],
  actual: TokenSignals,
  expected: TokenSignals,
  tolerance: number,
): void {
  for (const name of names) {
    const [found, wanted] = [actual[name], expected[name]] as (ArrayLike<number> | undefined)[];
    if (found === undefined || wanted === undefined) {
      throw new ConformanceError(where, `${what}: the signal "${name}" was asked for and is missing`);
    }
    expectNumbers(where, (token) => `${what}: ${name} of token ${token}`, found, wanted, tolerance);
  }
}

/** √(mean of squares) over all parameters. */
function rootMeanSquare(arrays: ParameterArrays): number {
  let [squares, count] = [0, 0];
  for (const { data } of arrays.values()) {
    squares += data.reduce((sum, value) => sum + value * value, 0);
    count += data.length;
  }
  return Math.sqrt(squares / count);
}

/**
 * Each parameter's ‖a − b‖ / ‖b‖ is within the tolerance. Where nothing is expected (of a bias of keys that are not rotated, say) the
 * rounding of a thousandth of the others' size counts.
 */
export function expectParameters(
  where: string,
  what: string,
  actual: ParameterArrays,
  expected: ParameterArrays,
  tolerance: number,
): void {
  const floor = 1e-3 * rootMeanSquare(expected);
  for (const [name, { data }] of expected) {
    const found = actual.get(name)?.data;
    if (found === undefined) throw new ConformanceError(where, `${what}: there is no parameter "${name}"`);
    const difference = Math.hypot(...data.map((value, index) => found[index] - value));
    const size = Math.hypot(...data) + floor * Math.sqrt(data.length);
    if (difference <= tolerance * size) continue;
    const error = (difference / size).toExponential(1);
    throw new ConformanceError(where, `${what} of ${name} differ by ${error} of their size, allowed is ${tolerance}`);
  }
}

/** The same numbers, bit for bit; says which parameter differs. */
export function firstChangedParameter(a: ParameterArrays, b: ParameterArrays): string | undefined {
  for (const [name, { data }] of a) {
    const other = b.get(name)?.data;
    if (other === undefined || data.some((value, index) => !Object.is(value, other[index]))) return name;
  }
  return undefined;
}

/** The global L2 norm. */
export function normOf(arrays: ParameterArrays): number {
  let squares = 0;
  for (const { data } of arrays.values()) squares += data.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(squares);
}
