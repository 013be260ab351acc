import { type Json, type MaskingRule } from '@profit-sft/core';
import { notPlainJson } from '../plain-json.js';
import { ConformanceError } from '../problem.js';
import { randomSignals } from '../signals/made-up-signals.js';
import { expectEqualDecisions } from './compare-decisions.js';
import { decide, newRule, unpreparedRule, type Decision, type RuleSubject } from './rule-subject.js';

const stepsBefore = 3;
const stepsAfter = 3;
const signalsOf = (step: number, microBatch: number) => randomSignals(50 + 2 * step + microBatch, 3);

function decisionsOf(subject: RuleSubject, rule: MaskingRule, from: number, count: number): Decision[] {
  return Array.from({ length: count }, (_, index) => from + index).flatMap((step) =>
    [0, 1].map((microBatch) => decide(subject, rule, signalsOf(step, microBatch), { step, microBatch })),
  );
}

/** The saved state as a checkpoint keeps it. */
function savedState(rule: MaskingRule): Json {
  const saved: unknown = rule.state?.save();
  const problem = notPlainJson(saved);
  if (problem !== undefined) {
    throw new ConformanceError(
      `rule "${rule.name}"`,
      `state.save() does not return plain JSON, so that a checkpoint loses it: ${problem}`,
    );
  }
  return JSON.parse(JSON.stringify(saved)) as Json;
}

/** What a rule saves is plain JSON, also before its first step. */
export function checkStateIsJson(subject: RuleSubject): void {
  const rule = newRule(subject);
  savedState(rule);
  decisionsOf(subject, rule, 1, stepsBefore);
  savedState(rule);
}

/**
 * A rule that loads a saved state goes on exactly as the one that saved it. It has not been prepared: what `prepare` finds
 * out has to be part of the state.
 */
export function checkResumption(subject: RuleSubject): void {
  const rule = newRule(subject);
  const where = `rule "${rule.name}"`;
  if (rule.prepare !== undefined && rule.state === undefined) {
    throw new ConformanceError(where, 'has prepare but no state; what prepare finds out has to be in checkpoints');
  }
  decisionsOf(subject, rule, 1, stepsBefore);
  const resumed = unpreparedRule(subject);
  if (rule.state !== undefined) {
    if (resumed.state === undefined) throw new ConformanceError(where, 'has state only after prepare');
    resumed.state.load(savedState(rule));
  }
  const after = stepsBefore + 1;
  const expected = decisionsOf(subject, rule, after, stepsAfter);
  const found = decisionsOf(subject, resumed, after, stepsAfter);
  expected.forEach((decision, index) => {
    const [step, microBatch] = [after + Math.floor(index / 2), index % 2];
    expectEqualDecisions(
      where,
      signalsOf(step, microBatch),
      [decision, found[index]],
      (a, b) =>
        `at step ${step} is ${a}, and ${b} in a run resumed after step ${stepsBefore}. Something it remembers is not in its state`,
      { exact: true },
    );
  });
}

/** `load` throws on a state that is not the rule's own, and the error names the rule. */
export function checkForeignState(subject: RuleSubject): void {
  const rule = unpreparedRule(subject);
  if (rule.state === undefined) return;
  const where = `rule "${rule.name}"`;
  try {
    rule.state.load({ foreign: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes(rule.name)) return;
    throw new ConformanceError(
      where,
      `state.load() refuses another rule's state, but its error does not name the rule: ${message}`,
      {
        cause: error,
      },
    );
  }
  throw new ConformanceError(
    where,
    'state.load() accepts {"foreign": true}; it has to throw on a state that is not its own',
  );
}
