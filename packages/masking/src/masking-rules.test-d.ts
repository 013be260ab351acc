import { createRegistry, type MaskingRule } from '@profit-sft/core';
import { expectTypeOf, test } from 'vitest';
import { maskingRules, profit } from './index.js';

test('options are typed by the name of the rule', () => {
  const registry = createRegistry({ masking: maskingRules });
  expectTypeOf(registry.masking('profit', { threshold: 0.2, direction: 'low' })).toEqualTypeOf<MaskingRule>();
  expectTypeOf<(typeof maskingRules)[number]['pluginName']>().toEqualTypeOf<'sft' | 'profit' | 'dft'>();
  expectTypeOf<NonNullable<Parameters<typeof profit>[0]>['direction']>().toEqualTypeOf<
    'high' | 'low' | 'middle' | 'random' | undefined
  >();
  // @ts-expect-error -- a direction that does not exist
  profit({ direction: 'higher' });
});
