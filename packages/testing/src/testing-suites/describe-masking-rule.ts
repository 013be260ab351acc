import { type MaskingRule } from '@profit-sft/core';
import { describe, test } from 'vitest';
import { checkMicroBatches, checkPermutation } from '../masking-rule/check-batches.js';
import { checkContract } from '../masking-rule/check-contract.js';
import { checkDetachment } from '../masking-rule/check-detachment.js';
import { checkGoldenVector, type GoldenVector } from '../masking-rule/check-golden-vector.js';
import { checkRepeatable, checkSignalsUntouched } from '../masking-rule/check-purity.js';
import { checkForeignState, checkResumption, checkStateIsJson } from '../masking-rule/check-state.js';
import {
  isDeterministic,
  isRule,
  optionsOf,
  unpreparedRule,
  type RuleSubject,
  type TestContext,
} from '../masking-rule/rule-subject.js';
import { tokenSignals, type PartialSignals } from '../signals/token-signals.js';

/** A golden vector with the options it belongs to. */
export interface RuleCase<Options> extends GoldenVector {
  readonly name?: string;
  /** A function where options hold rules that remember something: it makes them anew for every rule. */
  readonly options?: Options | (() => Options);
}

export interface RuleSuite<Options> {
  /** Default: the plugin's name. */
  readonly name?: string;
  /** Weights worked out by hand. */
  readonly cases: readonly RuleCase<Options>[];
  /** More signals on which weights have to be valid. */
  readonly signals?: readonly PartialSignals[];
  /** Options for everything but the cases; default: all the different options of the cases. */
  readonly options?: Options | (() => Options);
  /** For everything but the cases, e.g. `sources` for a rule that tells rows apart by them. */
  readonly context?: TestContext;
  /**
   * `false` says that weights may depend on the rest of the micro-batch and on the order of sequences. Rules that draw from
   * `context.random` are recognised.
   */
  readonly deterministic?: boolean;
}

/** Rules among options by their names: their own options cannot be read back. */
const shown = (options: unknown): string =>
  options === undefined
    ? 'default options'
    : JSON.stringify(optionsOf(options), (_, value: unknown) => (isRule(value) ? value.name : value));

/** Equal options once. Those with rules in them are not compared, since rules do not tell their options. */
function differentOptions(cases: readonly RuleCase<unknown>[]): unknown[] {
  const different = new Map<unknown, unknown>();
  for (const { options } of cases) {
    let holdsRules = false;
    const key = JSON.stringify(optionsOf(options), (_, value: unknown) => {
      holdsRules ||= isRule(value);
      return value;
    });
    different.set(holdsRules ? options : key, options);
  }
  return different.size === 0 ? [undefined] : [...different.values()];
}

/** The rule, to see which checks it takes; where it cannot be made, its tests say why. */
function ruleIfPossible(subject: RuleSubject): MaskingRule | undefined {
  try {
    return unpreparedRule(subject);
  } catch {
    return undefined;
  }
}

/** Whether weights of different micro-batches can be compared: not those of a rule that draws random numbers. */
function isComparable(subject: RuleSubject): boolean {
  if (subject.deterministic === false) return false;
  try {
    return isDeterministic(subject);
  } catch {
    return true;
  }
}

/**
 * Registers a vitest suite that holds a masking rule to its contract: golden vectors, valid weights on random and extreme
 * signals, independence of the micro-batch (scope `token`) and of the order of sequences, purity, detachment by finite
 * differences, and state that survives a checkpoint.
 */
export function describeMaskingRule<Options>(
  plugin: ((options?: Options) => MaskingRule) & { readonly pluginName: string },
  suite: RuleSuite<NoInfer<Options>>,
): void {
  const { name = plugin.pluginName, cases, signals = [], context, deterministic } = suite;
  describe(name, () => {
    cases.forEach((golden, index) => {
      const title = golden.name ?? `case ${index + 1}, ${shown(golden.options)}`;
      test(`weights worked out by hand: ${title}`, () =>
        checkGoldenVector({ plugin, options: golden.options, context }, golden));
    });
    const allOptions = suite.options === undefined ? differentOptions(cases) : [suite.options];
    describe.each(allOptions.map((options) => ({ options, title: shown(options) })))('with $title', ({ options }) => {
      const subject: RuleSubject = { plugin, options, context, deterministic, signals: signals.map(tokenSignals) };

      const rule = ruleIfPossible(subject);
      test('weights are valid on random and extreme signals', () => checkContract(subject));
      if (isComparable(subject)) {
        if (rule?.scope !== 'step') {
          test('weights do not depend on the micro-batch', () => checkMicroBatches(subject));
        }
        test('weights go with their sequences in any order', () => checkPermutation(subject));
      }
      test('signals are left as they are', () => checkSignalsUntouched(subject));
      test('equal calls give equal weights', () => checkRepeatable(subject));
      test('no gradient flows through the weights', () => checkDetachment(subject));
      test('a resumed run goes on exactly', () => checkResumption(subject));
      if (rule?.state !== undefined) {
        test('saved state is JSON', () => checkStateIsJson(subject));
        test('the state of another rule is refused', () => checkForeignState(subject));
      }
    });
  });
}
