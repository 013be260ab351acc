import {
  defineMaskingRule,
  InvalidConfigError,
  ruleOption,
  schema,
  type TokenSignals,
  type TokenVocabulary,
  type WeighContext,
} from '@profit-sft/core';
import { innerNormaliserOption } from '../normaliser-option.js';
import { combined, preparing, type InnerRule } from './inner-rules.js';
import { tokensAfterText } from './tokens-after-text.js';

function vocabularyOf({ vocabulary }: WeighContext): TokenVocabulary {
  if (vocabulary === undefined) {
    throw new InvalidConfigError('masking rule "keep"', [
      {
        path: '',
        message:
          'options endOfTurn, special and answerAfter need a tokenizer (context.vocabulary), which is not given here',
      },
    ]);
  }
  return vocabulary;
}

/**
 * A rule, and tokens that always count fully whatever it says of them; ours. A mask by probability can leave the end of a turn or
 * the marker of an answer untrained for the whole run, because they start improbable.
 *
 *     w_t = 1 for the tokens named, else the rule's
 *
 * Tokens are named by id (`tokens`), as those that end a turn or a text (`endOfTurn`), as special tokens of the template
 * (`special`), or as what follows the last occurrence of a text in the sequence (`answerAfter`). Within `chain` and
 * `by-source` it sees, as every rule does, only the tokens that it is given. A second loss term of the rule stays as it is.
 */
export const keep = defineMaskingRule({
  name: 'keep',
  description: "a rule's weights, but 1 for tokens that are always to be learned",
  source: 'ours',
  options: schema.object({
    rule: ruleOption({ description: 'the rule for all other tokens' }),
    tokens: schema.array(schema.integer({ minimum: 0 }), { default: [], description: 'token ids' }),
    endOfTurn: schema.boolean({ default: false, description: 'tokens that end a turn or a text' }),
    special: schema.boolean({ default: false, description: 'special tokens, such as those of the chat template' }),
    answerAfter: schema.optional(
      schema.string({ description: 'all tokens of a sequence after the last occurrence of this text' }),
    ),
    normaliser: innerNormaliserOption(),
  }),
  binary: false,
  create({ rule, tokens, endOfTurn, special, answerAfter, normaliser }) {
    if (answerAfter === '') {
      throw new InvalidConfigError('masking rule "keep"', [{ path: 'answerAfter', message: 'must not be empty' }]);
    }
    if (tokens.length === 0 && !endOfTurn && !special && answerAfter === undefined) {
      throw new InvalidConfigError('masking rule "keep"', [
        { path: '', message: 'names nothing to keep: give tokens, endOfTurn, special or answerAfter' },
      ]);
    }
    const inner: readonly InnerRule[] = [{ path: 'rule', rule }];

    function keepNamed(signals: TokenSignals, context: WeighContext, weights: Float32Array): void {
      const ids = new Set(tokens);
      if (endOfTurn) vocabularyOf(context).endIds.forEach((id) => ids.add(id));
      if (special) vocabularyOf(context).specialIds.forEach((id) => ids.add(id));
      signals.tokenId.forEach((id, token) => {
        if (ids.has(id)) weights[token] = 1;
      });
      if (answerAfter !== undefined) {
        tokensAfterText(signals, vocabularyOf(context), answerAfter, (token) => (weights[token] = 1));
      }
    }

    return {
      ...combined('keep', inner, normaliser),
      distributionTerm: rule.distributionTerm,
      prepare: preparing(inner),
      weigh(signals, context) {
        // A copy: the rule may hand out an array of its own.
        const weights = rule.weigh(signals, context).slice();
        keepNamed(signals, context, weights);
        return weights;
      },
    };
  },
});
