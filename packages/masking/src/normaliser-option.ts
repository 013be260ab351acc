import { normalisers, schema, type Normaliser } from '@profit-sft/core';

/** The `normaliser` option that every rule offers. `tokens` is what the rule's official code does. */
export function normaliserOption(defaultNormaliser: Normaliser = 'tokens') {
  return schema.oneOf(normalisers, {
    default: defaultNormaliser,
    description:
      'what the weighted sum of a step is divided by: all response tokens, per sequence then the mean, or the sum of the weights',
  });
}
