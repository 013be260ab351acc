import {
  createRandom,
  signalNames,
  type MaskingRule,
  type Random,
  type TokenSignals,
  type TokenVocabulary,
  type WeighContext,
} from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { randomSignals } from '../signals/made-up-signals.js';
import { copyOfSignals, neededSignals } from '../signals/select-signals.js';
import { checkCoefficients, checkWeights } from './check-weights.js';

/** Any masking plugin, whatever its options. */
export type AnyMaskingPlugin = ((options?: never) => MaskingRule) & { readonly pluginName: string };

/** Ids 0 to 2 are special, 2 ends a text; every other id reads ` t<id>`. */
export const testVocabulary: TokenVocabulary = {
  endIds: [2],
  specialIds: [0, 1, 2],
  tokenText: (id) => ['<unk>', '<s>', '</s>'][id] ?? ` t${id}`,
};

/** What a test may say of the run that a rule is asked in; the rest has sensible values. */
export interface TestContext {
  /** Default 1. */
  readonly step?: number;
  /** Default 10. */
  readonly totalSteps?: number;
  /** Default: a seeded stream, begun anew for every call. */
  readonly random?: Random;
  /** Default {@link testVocabulary}. */
  readonly vocabulary?: TokenVocabulary;
  /** `source` by sequence; repeated where there are more sequences. Default: every row names none. */
  readonly sources?: readonly (string | undefined)[];
}

/** A rule to check: a plugin with the options to check it with. */
export interface RuleSubject {
  readonly plugin: AnyMaskingPlugin;
  /** Or a function that makes them anew for every rule. */
  readonly options?: unknown;
  readonly context?: TestContext;
  /** More signals to check the rule on, besides random and extreme ones. */
  readonly signals?: readonly TokenSignals[];
  /** Says that weights may depend on what else is in the micro-batch. Default: found out, see `drawsRandomNumbers`. */
  readonly deterministic?: boolean;
}

/** Where in a made-up run the rule is called. */
export interface Place {
  readonly step?: number;
  readonly microBatch?: number;
  /** Overrides the subject's, for permuted sequences. */
  readonly sources?: readonly (string | undefined)[];
  readonly random?: Random;
}

export interface Decision {
  readonly weights: Float32Array;
  readonly coefficients?: Float32Array;
}

function sequenceCount({ sequence }: TokenSignals): number {
  return sequence.reduce((most, number) => Math.max(most, number + 1), 0);
}

/** One `source` per sequence. */
export function sourcesOf({ context }: RuleSubject, count: number): (string | undefined)[] {
  const given = context?.sources ?? [];
  return Array.from({ length: count }, (_, sequence) =>
    given.length === 0 ? undefined : given[sequence % given.length],
  );
}

export function contextFor(subject: RuleSubject, signals: TokenSignals, place: Place = {}): WeighContext {
  const { context = {} } = subject;
  const step = place.step ?? context.step ?? 1;
  return {
    step,
    totalSteps: context.totalSteps ?? 10,
    random: place.random ?? context.random ?? createRandom(0, 'testing', 'rule', step, place.microBatch ?? 0),
    vocabulary: context.vocabulary ?? testVocabulary,
    sources: place.sources ?? sourcesOf(subject, sequenceCount(signals)),
  };
}

export function isRule(value: unknown): value is MaskingRule {
  return typeof value === 'object' && value !== null && typeof (value as Partial<MaskingRule>).weigh === 'function';
}

/** Options as a suite gives them: themselves or a function that makes them. */
export function optionsOf(given: unknown): unknown {
  return typeof given === 'function' ? (given as () => unknown)() : given;
}

/** A new rule that has not been prepared, as one that resumes a run is. */
export function unpreparedRule({ plugin, options }: RuleSubject): MaskingRule {
  const rule = (plugin as (options?: unknown) => MaskingRule)(optionsOf(options));
  const unknown = rule.needs.filter((name) => !signalNames.includes(name));
  if (unknown.length > 0) {
    throw new ConformanceError(
      `rule "${rule.name}"`,
      `needs ${unknown.map((name) => JSON.stringify(name)).join(', ')}; signals are ${signalNames.join(', ')}`,
    );
  }
  return rule;
}

/** A new rule before its first step. One with `prepare` has seen a made-up training set of 12 sequences. */
export function newRule(subject: RuleSubject): MaskingRule {
  const rule = unpreparedRule(subject);
  if (rule.prepare !== undefined) {
    const training = neededSignals(randomSignals(1000, 12), rule);
    rule.prepare(training, contextFor(subject, training, { step: 0 }));
  }
  return rule;
}

/**
 * Asks a rule for the weights of a micro-batch, and the coefficients of its second term, as the trainer does: with the
 * signals that the rule declares and no others. The weights are checked as the trainer checks them.
 */
export function decide(
  subject: RuleSubject,
  rule: MaskingRule,
  signals: TokenSignals,
  place: Place & { readonly on?: string } = {},
): Decision {
  const where = `rule "${rule.name}"${place.on === undefined ? '' : ` on ${place.on}`}`;
  // A copy, so that a rule that changes its signals fails the check of that and no other.
  const given = copyOfSignals(neededSignals(signals, rule));
  const ask = (what: string, call: () => Float32Array): Float32Array => {
    try {
      return call();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConformanceError(
        where,
        `${what} threw: ${reason} (given were the signals logProb${rule.needs.map((name) => `, ${name}`).join('')})`,
        { cause: error },
      );
    }
  };
  const weights = ask('weigh', () => rule.weigh(given, contextFor(subject, given, place)));
  checkWeights(where, rule, given, weights);
  const term = rule.distributionTerm;
  if (term === undefined) return { weights };
  const coefficients = ask('coefficients', () => term.coefficients(given, contextFor(subject, given, place)));
  checkCoefficients(where, term, given, coefficients);
  return { weights, coefficients };
}

/** Whether a rule draws from `context.random`: its weights then depend on the micro-batch, whose stream that is. */
export function drawsRandomNumbers(subject: RuleSubject): boolean {
  let drawn = false;
  const recording = (): Random => {
    const random = createRandom(0, 'testing', 'recording');
    const noted = <T>(value: T): T => {
      drawn = true;
      return value;
    };
    return {
      next: () => noted(random.next()),
      integer: (limit) => noted(random.integer(limit)),
      normal: () => noted(random.normal()),
    };
  };
  const signals = randomSignals(0, 4);
  decide(subject, newRule(subject), signals, { random: recording() });
  return drawn;
}

/** Whether the weights of a sequence may depend on nothing but the sequence (scope `token`) or the step (scope `step`). */
export function isDeterministic(subject: RuleSubject): boolean {
  return subject.deterministic ?? !drawsRandomNumbers(subject);
}
