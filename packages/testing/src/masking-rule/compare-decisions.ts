import { type TokenSignals } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { type Decision } from './rule-subject.js';

/** Sums over other orders of the same numbers round differently, in float32 by about 1e-7 each. */
const relativeTolerance = 1e-5;

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= relativeTolerance * Math.max(1, Math.abs(a), Math.abs(b));

/** The decision about some of the tokens it was made for. */
export function decisionOn({ weights, coefficients }: Decision, tokens: readonly number[]): Decision {
  const chosen = (values: Float32Array): Float32Array => Float32Array.from(tokens, (token) => values[token]);
  return {
    weights: chosen(weights),
    ...(coefficients === undefined ? {} : { coefficients: chosen(coefficients) }),
  };
}

/**
 * Refuses decisions that differ.
 *
 * @param signals those of the tokens, for the message
 * @param explain says what the two are, given the two numbers, and what to do
 */
export function expectEqualDecisions(
  where: string,
  signals: TokenSignals,
  [first, second]: readonly [Decision, Decision],
  explain: (first: number, second: number) => string,
  options: { exact?: boolean } = {},
): void {
  const same = options.exact === true ? Object.is : near;
  for (const what of ['weights', 'coefficients'] as const) {
    const [a, b] = [first[what], second[what]];
    if (a === undefined || b === undefined) continue;
    a.forEach((value, token) => {
      if (same(value, b[token])) return;
      const about = `${what.slice(0, -1)} of token ${token} (sequence ${signals.sequence[token]}, log p = ${signals.logProb[token]})`;
      throw new ConformanceError(where, `${about} ${explain(value, b[token])}`);
    });
  }
}
