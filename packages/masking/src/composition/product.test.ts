import { InvalidConfigError, defineMaskingRule, schema } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { asft, dft, eaft, gem, iwSft, profit, psft, rho1, sft, talr } from '../index.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { product } from './product.js';

const signals = signalsOf([0.05, 0.25, 0.5], { topEntropy: [3, 1.5, 0.75] });

describe('product', () => {
  it('multiplies the weights', () => {
    const weights = product({ rules: [profit(), dft(), eaft()] }).weigh(signals, contextAt());
    [0, 0.125, 0.125].forEach((expected, token) => expect(weights[token]).toBeCloseTo(expected, 6));
  });

  it('leaves the array of an inner rule alone', () => {
    const own = Float32Array.of(1, 0, 1);
    const rule = defineMaskingRule({
      name: 'own-array',
      description: 'always the same array',
      source: 'ours',
      options: schema.object({}),
      binary: true,
      create: () => ({ weigh: () => own }),
    });
    product({ rules: [rule(), dft()] }).weigh(signals, contextAt());
    expect([...own]).toEqual([1, 0, 1]);
  });

  it('takes over what the rules need', () => {
    const rules = [eaft({ topK: 7 }), psft({ snapshotSteps: 4 }), iwSft(), talr()];
    expect(product({ rules })).toMatchObject({
      name: 'product',
      needs: ['topEntropy', 'previousLogProb', 'referenceLogProb'],
      binary: false,
      normaliser: 'tokens',
      scope: 'step',
      topK: 7,
      snapshotSteps: 4,
    });
    const plain = product({ rules: [sft(), profit()] });
    expect(plain).toMatchObject({ needs: [], binary: true, scope: 'token' });
    expect(plain.prepare).toBeUndefined();
    expect(plain.state).toBeUndefined();
    expect(plain.topK).toBeUndefined();
  });

  it('refuses rules that disagree, and says how they could agree', () => {
    expect(() => product({ rules: [profit(), rho1()] })).toThrow(InvalidConfigError);
    expect(() => product({ rules: [profit(), rho1()] })).toThrow(
      'masking rule "product": its rules have different normalisers: rules.0 "profit" has "tokens", rules.1 "rho-1" has "kept". ' +
        'Give each the same option "normaliser", or give "product" one, which then holds for all.',
    );
    expect(product({ rules: [profit(), rho1()], normaliser: 'kept' }).normaliser).toBe('kept');
    expect(product({ rules: [profit(), rho1({ normaliser: 'tokens' })] }).normaliser).toBe('tokens');
    expect(() => product({ rules: [eaft(), eaft({ topK: 5 })] })).toThrow(
      /different topK: rules.0 "eaft" has 20, rules.1 "eaft" has 5/,
    );
    expect(() => product({ rules: [psft(), psft({ snapshotSteps: 2 })] })).toThrow(/different snapshotSteps/);
    expect(() => product({ rules: [] })).toThrow(/rules: expected at least 1 items/);
  });

  it('takes over one second loss term as it is, and refuses two', () => {
    const term = product({ rules: [profit(), gem()] }).distributionTerm;
    expect(term).toMatchObject({ towards: 'tempered', temperature: 0.7 });
    expect([...(term?.coefficients(signals, contextAt()) ?? [])]).toEqual([-1, -1, -1]);
    expect(() => product({ rules: [gem(), asft()] })).toThrow(
      /takes one rule with a second loss term.*rules.0 "gem", rules.1 "asft"/,
    );
  });
});
