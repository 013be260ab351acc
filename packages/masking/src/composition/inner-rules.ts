import {
  defaultSnapshotSteps,
  defaultTopK,
  InvalidConfigError,
  type CreatedRule,
  type DistributionTerm,
  type Json,
  type MaskingRule,
  type Normaliser,
  type WeighContext,
  type TokenSignals,
} from '@profit-sft/core';
import { isRecord, ownState, refuseState } from '../saved-state.js';

/** A rule within another one, and where in its options it stands, e.g. `rules.0`. */
export interface InnerRule {
  readonly path: string;
  readonly rule: MaskingRule;
}

export function innerRules(rules: readonly MaskingRule[]): InnerRule[] {
  return rules.map((rule, index) => ({ path: `rules.${index}`, rule }));
}

/** The value that all inner rules share; undefined where none has one. `advice` says how to make them equal. */
function shared<T extends string | number>(
  outer: string,
  inner: readonly InnerRule[],
  what: string,
  valueOf: (rule: MaskingRule) => T | undefined,
  advice: string,
): T | undefined {
  const values = inner.flatMap(({ path, rule }) => {
    const value = valueOf(rule);
    return value === undefined ? [] : [{ path, name: rule.name, value }];
  });
  if (new Set(values.map(({ value }) => value)).size > 1) {
    const list = values.map(({ path, name, value }) => `${path} "${name}" has ${JSON.stringify(value)}`).join(', ');
    throw new InvalidConfigError(`masking rule "${outer}"`, [
      { path: '', message: `its rules have different ${what}: ${list}. ${advice}` },
    ]);
  }
  return values.at(0)?.value;
}

function innerState(outer: string, inner: readonly InnerRule[]): MaskingRule['state'] {
  if (inner.every(({ rule }) => rule.state === undefined)) return undefined;
  return {
    save: (): Json => ({
      rule: outer,
      inner: inner.map(({ path, rule }) => ({ path, rule: rule.name, state: rule.state?.save() ?? null })),
    }),
    load(state) {
      const { inner: saved } = ownState(outer, state);
      if (!Array.isArray(saved) || saved.length !== inner.length) {
        return refuseState(outer, `the state to load is not one of ${inner.length} inner rules`);
      }
      const states = (saved as readonly Json[]).map((entry, index) => {
        const { path, rule } = inner[index];
        if (!isRecord(entry) || entry.path !== path || entry.rule !== rule.name || entry.state === undefined) {
          return refuseState(outer, `the state to load has none for ${path} "${rule.name}"`);
        }
        return entry.state;
      });
      inner.forEach(({ rule }, index) => rule.state?.load(states[index]));
    },
  };
}

/** What a rule that is made of others takes over from them. Throws where they do not agree. */
export function combined(
  outer: string,
  inner: readonly InnerRule[],
  normaliser: Normaliser | undefined,
): Pick<CreatedRule, 'needs' | 'binary' | 'normaliser' | 'scope' | 'topK' | 'snapshotSteps' | 'state'> {
  const ofThose = (signal: 'topEntropy' | 'previousLogProb', valueOf: (rule: MaskingRule) => number) => {
    return (rule: MaskingRule): number | undefined => (rule.needs.includes(signal) ? valueOf(rule) : undefined);
  };
  return {
    needs: [...new Set(inner.flatMap(({ rule }) => rule.needs))],
    binary: inner.every(({ rule }) => rule.binary),
    scope: inner.some(({ rule }) => rule.scope === 'step') ? 'step' : 'token',
    normaliser:
      normaliser ??
      shared(
        outer,
        inner,
        'normalisers',
        (rule) => rule.normaliser,
        `Give each the same option "normaliser", or give "${outer}" one, which then holds for all.`,
      ),
    topK: shared(
      outer,
      inner,
      'topK',
      ofThose('topEntropy', ({ topK = defaultTopK }) => topK),
      'One run computes one: give each the same.',
    ),
    snapshotSteps: shared(
      outer,
      inner,
      'snapshotSteps',
      ofThose('previousLogProb', ({ snapshotSteps = defaultSnapshotSteps }) => snapshotSteps),
      'One run has one snapshot: give each the same.',
    ),
    state: innerState(outer, inner),
  };
}

/** Whether an inner rule wants to see the training set; undefined where none does, so that it need not be computed. */
export function preparing(
  inner: readonly InnerRule[],
  prepare: (signals: TokenSignals, context: WeighContext) => void = (signals, context) => {
    for (const { rule } of inner) rule.prepare?.(signals, context);
  },
): CreatedRule['prepare'] {
  return inner.some(({ rule }) => rule.prepare !== undefined) ? prepare : undefined;
}

function refuseTerms(outer: string, inner: readonly InnerRule[], reason: string): never {
  const list = inner.map(({ path, rule }) => `${path} "${rule.name}"`).join(', ');
  throw new InvalidConfigError(`masking rule "${outer}"`, [{ path: '', message: `${reason}: ${list}` }]);
}

function withTerm(inner: readonly InnerRule[]): InnerRule[] {
  return inner.filter(({ rule }) => rule.distributionTerm !== undefined);
}

/** For a rule that has no use for a second loss term of an inner one. */
export function refuseDistributionTerms(outer: string, inner: readonly InnerRule[]): void {
  const terms = withTerm(inner);
  if (terms.length > 0) refuseTerms(outer, terms, 'takes no rule with a second loss term (distributionTerm)');
}

/** The only second loss term among the inner rules, as it is. */
export function onlyDistributionTerm(outer: string, inner: readonly InnerRule[]): DistributionTerm | undefined {
  const terms = withTerm(inner);
  if (terms.length > 1)
    refuseTerms(outer, terms, 'takes one rule with a second loss term (distributionTerm), not more');
  return terms.at(0)?.rule.distributionTerm;
}

/**
 * One second loss term for rules of which each token has one: its coefficient is that of the token's own rule.
 * `coefficients` finds it. The distributions have to be the same, since a step has one.
 */
export function alternatingDistributionTerm(
  outer: string,
  inner: readonly InnerRule[],
  coefficients: DistributionTerm['coefficients'],
): DistributionTerm | undefined {
  const terms = withTerm(inner);
  const first = terms.at(0)?.rule.distributionTerm;
  if (first === undefined) return undefined;
  const { towards, temperature } = first;
  const differs = ({ rule }: InnerRule): boolean =>
    rule.distributionTerm?.towards !== towards || rule.distributionTerm.temperature !== temperature;
  if (terms.some(differs)) {
    refuseTerms(outer, terms, 'its rules have second loss terms (distributionTerm) towards different distributions');
  }
  return temperature === undefined ? { towards, coefficients } : { towards, temperature, coefficients };
}
