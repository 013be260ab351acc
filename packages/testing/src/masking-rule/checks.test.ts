import { dft, profit, sft } from '@profit-sft/masking';
import { describe, expect, test } from 'vitest';
import * as rules from '../testing-rules/example-rules.js';
import { tokenSignals } from '../signals/token-signals.js';
import { centralDifferences, softmaxModel } from '../softmax-model/softmax-model.js';
import { checkMicroBatches, checkPermutation } from './check-batches.js';
import { checkContract } from './check-contract.js';
import { checkDetachment, compareGradients } from './check-detachment.js';
import { checkGoldenVector } from './check-golden-vector.js';
import { checkRepeatable, checkSignalsUntouched } from './check-purity.js';
import { checkForeignState, checkResumption, checkStateIsJson } from './check-state.js';
import { isDeterministic, type AnyMaskingPlugin, type RuleSubject } from './rule-subject.js';

const checks = {
  checkContract,
  checkMicroBatches,
  checkPermutation,
  checkSignalsUntouched,
  checkRepeatable,
  checkDetachment,
  checkStateIsJson,
  checkResumption,
  checkForeignState,
};
const stateChecks = ['checkStateIsJson', 'checkResumption', 'checkForeignState'];

/** What each check of the kit says of a rule; those that are content are left out. */
function complaints(subject: RuleSubject): Record<string, string> {
  const { state } = (subject.plugin as () => { state?: unknown })();
  const failed = Object.entries(checks).flatMap(([name, check]) => {
    if (state === undefined && stateChecks.includes(name) && name !== 'checkResumption') return [];
    try {
      check(subject);
      return [];
    } catch (error) {
      return [[name, (error as Error).message] as const];
    }
  });
  return Object.fromEntries(failed);
}

describe('rules that keep the contract', () => {
  test.each<[string, RuleSubject]>([
    ['sft', { plugin: sft }],
    ['profit', { plugin: profit }],
    ['profit low', { plugin: profit, options: { direction: 'low', threshold: 0.5 } }],
    ['profit middle', { plugin: profit, options: { direction: 'middle', threshold: [0.1, 0.5] } }],
    ['dft', { plugin: dft }],
    ['with scope step', { plugin: rules.aboveMean, deterministic: true }],
    ['prepared, with a second term', { plugin: rules.prepared }],
  ])('%s', (name, subject) => {
    const found = complaints(subject);
    // Its weights are those of a whole step, so that parts of it differ: describeMaskingRule leaves the check out.
    if (name === 'with scope step') delete found.checkMicroBatches;
    expect(found).toEqual({});
  });

  test('a random rule is recognised, and everything but its independence of the batch holds', () => {
    const subject = { plugin: profit, options: { direction: 'random', threshold: 0.5 } };
    expect(isDeterministic(subject)).toBe(false);
    expect(isDeterministic({ plugin: profit })).toBe(true);
    expect(isDeterministic({ plugin: profit, deterministic: false })).toBe(false);
    expect(Object.keys(complaints(subject))).toEqual(['checkMicroBatches', 'checkPermutation']);
  });

  test('a counter with state is only not independent of the micro-batch', () => {
    expect(Object.keys(complaints({ plugin: rules.counter }))).toEqual(['checkMicroBatches']);
  });
});

describe('rules that break it', () => {
  test.each<[Exclude<keyof typeof rules, 'tenth'>, keyof typeof checks, RegExp]>([
    ['notANumber', 'checkContract', /"broken" on p = 1 everywhere: weight NaN of token 0/],
    ['negative', 'checkContract', /weights must be ≥ 0/],
    ['notBinary', 'checkContract', /"binary: true"/],
    ['tooShort', 'checkContract', /returned 2 weights for \d+ tokens/],
    ['undeclaredNeed', 'checkContract', /weigh threw: .*given were the signals logProb\)/],
    ['changesSignals', 'checkSignalsUntouched', /weigh changes the signal "logProb"/],
    ['moduleCounter', 'checkRepeatable', /something outside the rule/],
    ['unseededRandom', 'checkRepeatable', /Math\.random/],
    ['forgetsWithoutState', 'checkRepeatable', /A rule that remembers something has "state"/],
    ['dependsOnMicroBatch', 'checkMicroBatches', /says scope: 'step'/],
    ['dependsOnOrder', 'checkPermutation', /in another order/],
    ['reusesItsArray', 'checkDetachment', /the weights it returned change when it is asked again/],
    ['stateNotJson', 'checkStateIsJson', /not return plain JSON.*it is a Map/],
    ['stateIncomplete', 'checkResumption', /Something it remembers is not in its state/],
    ['preparesWithoutState', 'checkResumption', /prepare but no state/],
    ['acceptsAnyState', 'checkForeignState', /accepts \{"foreign": true\}/],
    ['namelessRefusal', 'checkForeignState', /does not name the rule: bad state/],
    ['badCoefficients', 'checkContract', /coefficients for \d+ tokens/],
    ['noTemperature', 'checkContract', /needs a temperature above 0, it has undefined/],
  ])('%s', (name, check, message) => {
    expect(complaints({ plugin: rules[name] })[check]).toMatch(message);
  });
});

describe('golden vectors', () => {
  const golden = { signals: { probabilities: [0.05, 0.5] }, weights: [0, 1] };

  test('hold or do not', () => {
    expect(() => checkGoldenVector({ plugin: profit }, golden)).not.toThrow();
    expect(() => checkGoldenVector({ plugin: profit, options: { threshold: 0.01 } }, golden)).toThrow(
      'rule "profit": expected the weights [0, 1], got [1, 1]',
    );
    expect(() => checkGoldenVector({ plugin: profit }, { ...golden, weights: [0, 1, 1] })).toThrow('expected');
    expect(() => checkGoldenVector({ plugin: profit }, { ...golden, weights: [0, NaN] })).toThrow('expected');
  });

  test('the tolerance is 1e-4 unless the case says otherwise', () => {
    const near = { signals: { probabilities: [0.5] }, weights: [0.5002] };
    expect(() => checkGoldenVector({ plugin: dft }, near)).toThrow('expected');
    expect(() => checkGoldenVector({ plugin: dft }, { ...near, tolerance: 1e-3 })).not.toThrow();
  });

  test('a second term has its coefficients', () => {
    const signals = { probabilities: [0.5, 0.5], referenceLogProb: [0, Math.log(0.25)] };
    const weights = [1, 1];
    const plugin = rules.prepared as AnyMaskingPlugin;
    expect(() => checkGoldenVector({ plugin }, { signals, weights, coefficients: [1, 0.25] })).not.toThrow();
    expect(() => checkGoldenVector({ plugin }, { signals, weights, coefficients: [1, 1] })).toThrow('coefficients');
    expect(() => checkGoldenVector({ plugin }, golden)).toThrow('lacks the signals referenceLogProb');
    expect(() => checkGoldenVector({ plugin: profit }, { ...golden, coefficients: [1, 1] })).toThrow(
      'no distributionTerm',
    );
  });
});

describe('finite differences', () => {
  const distance = (a: Float64Array, b: Float64Array): number =>
    a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

  test('would show a gradient that flows through the weights', () => {
    const { analytic, frozen, through } = compareGradients({ plugin: dft });
    expect(distance(analytic, frozen)).toBeLessThan(1e-8);
    // ∇(−p log p) is −(1 + log p) ∇p, not −∇p.
    expect(distance(analytic, through)).toBeGreaterThan(1e-2);
  });

  test('find nothing of the kind where weights do not depend on the model', () => {
    const { analytic, through } = compareGradients({ plugin: sft });
    expect(distance(analytic, through)).toBeLessThan(1e-8);
  });

  test('would show a wrong target distribution of the second term', () => {
    const model = softmaxModel();
    const factors = new Float32Array(6).fill(0.5);
    const right = [{ factors, targets: model.distributions('tempered', 2) }];
    const wrong = [{ factors, targets: model.distributions('tempered', 1) }];
    const differences = centralDifferences(model, (moved) => moved.loss(right));
    expect(distance(differences, model.gradient(right))).toBeLessThan(1e-8);
    expect(distance(differences, model.gradient(wrong))).toBeGreaterThan(1e-3);
  });
});

test('the softmax model computes the signals as core defines them', () => {
  const model = softmaxModel({ tokens: 1, vocabularySize: 3 });
  model.logits.set([Math.log(0.5), Math.log(0.3), Math.log(0.2)]);
  const signals = model.signals({ topK: 2 });
  const p = [0.5, 0.3, 0.2][signals.tokenId[0]];
  expect(signals.logProb[0]).toBeCloseTo(Math.log(p), 6);
  expect(signals.entropy?.[0]).toBeCloseTo(1.029653, 5);
  // 0.625 and 0.375
  expect(signals.topEntropy?.[0]).toBeCloseTo(0.661563, 5);
  expect(signals.rank?.[0]).toBe(1 + signals.tokenId[0]);
  expect(signals.expectedRank?.[0]).toBeCloseTo(0.5 + 0.6 + 0.6, 6);
  expect(signals.maxProb?.[0]).toBeCloseTo(0.5, 6);
  expect(signals.sumSquaredProb?.[0]).toBeCloseTo(0.38, 6);
  expect(signals.mass?.[0]).toBeCloseTo([1, 0.5, 0.2][signals.tokenId[0]], 6);
});

describe('tokenSignals', () => {
  test('fills in what is not said', () => {
    const signals = tokenSignals({ probabilities: [1, 1, 1], sequence: [0, 0, 1], rank: [1, 2, 3] });
    expect([...signals.position]).toEqual([0, 1, 0]);
    expect([...signals.tokenId]).toEqual([3, 4, 5]);
    expect(signals.rank).toEqual(Float32Array.of(1, 2, 3));
    expect(signals.entropy).toBeUndefined();
  });

  test('refuses arrays of different lengths', () => {
    expect(() => tokenSignals({ probabilities: [1, 1], entropy: [1] })).toThrow(
      'signals: "entropy" has 1 values, but there are 2 log-probabilities',
    );
  });
});
