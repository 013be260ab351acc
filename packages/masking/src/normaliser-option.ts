import { normalisers, schema, type Normaliser } from '@profit-sft/core';

const description =
  'what the weighted sum of a step is divided by: all response tokens, per sequence then the mean, or the sum of the weights';

/** The `normaliser` option of a rule. The default is what the rule's official code does. */
export function normaliserOption(defaultNormaliser: Normaliser = 'tokens') {
  return schema.oneOf(normalisers, { default: defaultNormaliser, description });
}

/** The `normaliser` option of a rule that is made of others: without it, theirs, on which they then have to agree. */
export function innerNormaliserOption() {
  return schema.optional(
    schema.oneOf(normalisers, { description: `${description}; left out, the one that the inner rules share` }),
  );
}
