import { ConformanceError } from '../problem.js';
import { type PartialSignals, tokenSignals } from '../signals/token-signals.js';
import { decide, newRule, type RuleSubject, type TestContext } from './rule-subject.js';

/** Weights worked out by hand. */
export interface GoldenVector {
  readonly signals: PartialSignals;
  readonly context?: TestContext;
  /** One weight per token. */
  readonly weights: ArrayLike<number>;
  /** Coefficients of the rule's second loss term, one per token. */
  readonly coefficients?: ArrayLike<number>;
  /** Largest difference; default 1e-4. */
  readonly tolerance?: number;
}

const listed = (values: ArrayLike<number>): string =>
  `[${Array.from(values, (value) => +value.toPrecision(6)).join(', ')}]`;

export function checkGoldenVector(subject: RuleSubject, golden: GoldenVector): void {
  const { tolerance = 1e-4 } = golden;
  const given = { ...subject, context: { ...subject.context, ...golden.context } };
  const rule = newRule(given);
  const where = `rule "${rule.name}"`;
  const signals = tokenSignals(golden.signals);
  const missing = rule.needs.filter((name) => signals[name] === undefined);
  if (missing.length > 0) {
    throw new ConformanceError(where, `the case lacks the signals ${missing.join(', ')}, which the rule needs`);
  }
  const decision = decide(given, rule, signals);
  for (const what of ['weights', 'coefficients'] as const) {
    const expected = golden[what];
    if (expected === undefined) continue;
    const actual = decision[what];
    if (actual === undefined)
      throw new ConformanceError(where, 'has no distributionTerm, but the case has coefficients');
    // "Not within" instead of "beyond", so that a NaN among the expected values is no match.
    const matches =
      expected.length === actual.length &&
      actual.every((value, token) => Math.abs(value - expected[token]) <= tolerance);
    if (!matches) {
      throw new ConformanceError(where, `expected the ${what} ${listed(expected)}, got ${listed(actual)}`);
    }
  }
}
