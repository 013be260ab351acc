import { createRandom } from '@profit-sft/core';
import { Complex } from 'complex.js';
import type { Assignment } from '../expression/numeric-value.js';

/** How many points are tried, and how many must give finite values on both sides for a verdict of equality. */
export const samplePoints = 8;
export const neededPoints = 4;

/** Numbers are drawn from this many equidistant values of an interval. */
const gridSize = 2 ** 30;

/**
 * Real values for each name, the same for the same names on every machine. Even points are positive, in (0.5, 3.5), where roots
 * and logarithms are real; odd ones lie in (−3, 3).
 *
 * Two different polynomials of total degree d agree at one such point with probability at most d/2³⁰ (Schwartz 1980, Zippel 1979;
 * rational functions alike, with the degree of the cross-multiplied difference), before rounding.
 */
export function sampleAssignment(symbols: Iterable<string>, point: number): Assignment {
  const values = new Map<string, Complex>();
  for (const symbol of symbols) {
    const fraction = (createRandom(20_601, 'sample', symbol, point).integer(gridSize) + 0.5) / gridSize;
    values.set(symbol, new Complex(point % 2 === 0 ? 0.5 + 3 * fraction : 6 * fraction - 3, 0));
  }
  return values;
}
