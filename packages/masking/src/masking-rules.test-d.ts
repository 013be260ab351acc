import { createRegistry, type MaskingRule } from '@profit-sft/core';
import { expectTypeOf, test } from 'vitest';
import { chain, maskingRules, profit, schedule } from './index.js';

test('options are typed by the name of the rule', () => {
  const registry = createRegistry({ masking: maskingRules });
  expectTypeOf(registry.masking('profit', { threshold: 0.2, direction: 'low' })).toEqualTypeOf<MaskingRule>();
  registry.masking('eaft', { topK: 10 });
  registry.masking('chain', { rules: ['profit', { name: 'rho-1', fraction: 0.5 }, profit()] });
  // @ts-expect-error -- an option of another rule
  registry.masking('rho-1', { topK: 10 });
  // @ts-expect-error -- a rule that does not exist
  registry.masking('rho1', {});
  // @ts-expect-error -- a chain of what is no rule
  registry.masking('chain', { rules: [3] });
  expectTypeOf<NonNullable<Parameters<typeof profit>[0]>['direction']>().toEqualTypeOf<
    'high' | 'low' | 'middle' | 'random' | undefined
  >();
  // @ts-expect-error -- a direction that does not exist
  profit({ direction: 'higher' });
  // @ts-expect-error -- a chain needs rules
  chain({});
  schedule({ stages: [{ until: 0.5, rule: profit() }, { rule: 'sft' }] });
});

test('every rule has its name as a literal', () => {
  expectTypeOf<(typeof maskingRules)[number]['pluginName']>().toEqualTypeOf<
    | 'sft'
    | 'profit'
    | 'dft'
    | 'power'
    | 'thresholded'
    | 'focal'
    | 'infosft'
    | 'trsft'
    | 'chord-phi'
    | 'luffy'
    | 'eaft'
    | 'eaft-pilot'
    | 'entropy-mask'
    | 'deft'
    | 'ranktuner'
    | 'asft'
    | 'gem'
    | 'talr'
    | 'cadft'
    | 'prift'
    | 'quantile'
    | 'rho-1'
    | 'token-cleaning'
    | 'sstoken'
    | 'psft'
    | 'iw-sft'
    | 'random-matched'
    | 'annealed'
    | 'sequence-quantile'
    | 'reference-threshold'
    | 'product'
    | 'chain'
    | 'schedule'
    | 'by-source'
    | 'keep'
  >();
});
