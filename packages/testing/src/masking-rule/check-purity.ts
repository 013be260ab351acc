import { ConformanceError } from '../problem.js';
import { randomSignals } from '../signals/made-up-signals.js';
import { copyOfSignals, firstDifference, neededSignals } from '../signals/select-signals.js';
import { expectEqualDecisions } from './compare-decisions.js';
import { contextFor, decide, newRule, unpreparedRule, type RuleSubject } from './rule-subject.js';

/** A rule does not change the signals it is given: they are the trainer's, for its metrics and the second term. */
export function checkSignalsUntouched(subject: RuleSubject): void {
  const rule = unpreparedRule(subject);
  const given = neededSignals(randomSignals(31, 4), rule);
  const calls: Readonly<Record<string, () => unknown>> = {
    prepare: () => rule.prepare?.(given, contextFor(subject, given)),
    weigh: () => rule.weigh(given, contextFor(subject, given)),
    coefficients: () => rule.distributionTerm?.coefficients(given, contextFor(subject, given)),
  };
  for (const [name, call] of Object.entries(calls)) {
    const before = copyOfSignals(given);
    call();
    const changed = firstDifference(before, given);
    if (changed === undefined) continue;
    throw new ConformanceError(
      `rule "${rule.name}"`,
      `${name} changes the signal "${changed}" it is given; copy it first`,
    );
  }
}

/**
 * Weights follow from options, signals, context and saved state, and nothing else: two rules of the same plugin decide
 * alike over several steps, and a rule without `state` decides alike whenever it is asked.
 */
export function checkRepeatable(subject: RuleSubject): void {
  const [first, second] = [newRule(subject), newRule(subject)];
  const where = `rule "${first.name}"`;
  for (const step of [1, 2, 3]) {
    for (const microBatch of [0, 1]) {
      const signals = randomSignals(40 + 2 * step + microBatch, 3);
      const place = { step, microBatch };
      const decision = decide(subject, first, signals, place);
      expectEqualDecisions(
        where,
        signals,
        [decision, decide(subject, second, signals, place)],
        (a, b) =>
          `at step ${step} is ${a}, and ${b} by another rule with the same options, signals and random numbers. It depends on ` +
          `something outside the rule: a variable of the module, Math.random, the time`,
        { exact: true },
      );
      if (first.state !== undefined) continue;
      expectEqualDecisions(
        where,
        signals,
        [decision, decide(subject, first, signals, place)],
        (a, b) => `is ${a} when first asked and ${b} when asked again. A rule that remembers something has "state"`,
        { exact: true },
      );
    }
  }
}
