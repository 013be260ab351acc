import {
  defineMaskingRule,
  InvalidConfigError,
  ruleOption,
  schema,
  type MaskingRule,
  type TokenSignals,
  type WeighContext,
} from '@profit-sft/core';
import { innerNormaliserOption } from '../normaliser-option.js';
import { alternatingDistributionTerm, combined, preparing, type InnerRule } from './inner-rules.js';
import { scatter, selectTokens, tokensWhere } from './signal-selection.js';

/**
 * A rule of its own for each source of data; ours. A row's `source` says where it comes from.
 *
 *     w_t = w_t^(source of the sequence), of `otherwise` for a source without a rule and for a row that names none
 *
 * Each rule sees the tokens of its own sources only: "the 60 % of the step" is of the step's tokens from these sources, and
 * the whole training set is theirs, too. Second loss terms count for the tokens of their rule and have to be towards the same
 * distribution. The normaliser is the one that the rules share; where they differ, `by-source` needs one of its own.
 */
export const bySource = defineMaskingRule({
  name: 'by-source',
  description: "a rule of its own for each source of data, by the rows' `source`",
  source: 'ours',
  options: schema.object({
    rules: schema.record(ruleOption(), { description: 'the rule of each source, by its name' }),
    otherwise: ruleOption({ description: 'the rule of rows of another source, or without one' }),
    normaliser: innerNormaliserOption(),
  }),
  binary: false,
  create({ rules, otherwise, normaliser }) {
    const bySource = Object.entries(rules).map(([source, rule]) => ({ source, path: `rules.${source}`, rule }));
    const inner: readonly InnerRule[] = [...bySource, { path: 'otherwise', rule: otherwise }];
    const numbers = new Map<string | undefined, number>(bySource.map(({ source }, index) => [source, index]));

    /** Hands each rule the tokens of its sources. */
    function divide(
      signals: TokenSignals,
      context: WeighContext,
      visit: (rule: MaskingRule, own: TokenSignals, tokens: Int32Array) => void,
    ): void {
      const { sources } = context;
      if (sources === undefined) {
        throw new InvalidConfigError('masking rule "by-source"', [
          { path: '', message: 'needs the sources of the sequences (context.sources), which are not given here' },
        ]);
      }
      const ruleOf = (token: number): number => numbers.get(sources[signals.sequence[token]]) ?? bySource.length;
      inner.forEach(({ rule }, index) => {
        const tokens = tokensWhere(signals, (token) => ruleOf(token) === index);
        visit(rule, selectTokens(signals, tokens), tokens);
      });
    }

    return {
      ...combined('by-source', inner, normaliser),
      distributionTerm: alternatingDistributionTerm('by-source', inner, (signals, context) => {
        const coefficients = new Float32Array(signals.length);
        divide(signals, context, (rule, own, tokens) => {
          const found = rule.distributionTerm?.coefficients(own, context);
          if (found !== undefined) scatter(found, tokens, coefficients);
        });
        return coefficients;
      }),
      prepare: preparing(inner, (signals, context) => {
        divide(signals, context, (rule, own) => rule.prepare?.(own, context));
      }),
      weigh(signals, context) {
        const weights = new Float32Array(signals.length);
        divide(signals, context, (rule, own, tokens) => scatter(rule.weigh(own, context), tokens, weights));
        return weights;
      },
    };
  },
});
