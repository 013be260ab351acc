import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { probabilityOf } from '../probability/probability-of.js';
import { requiredSignal } from '../required-signal.js';
import { weighEachToken } from '../weigh-each-token.js';

/**
 * PriFT, arXiv 2606.09396: the weight comes from a frozen pretrained model, so that training does not reinforce itself.
 *
 *     w_t = p_ref(y_t)        signal probability (default)
 *     w_t = 1[u_t ≥ 0.5]      signal mass, u_t = Σ p_ref(v) over the tokens v no more probable than y_t
 *
 * u_t is as in the official code; the paper sums over the strictly less probable tokens and y_t, which differs where another
 * token is exactly as probable. Signals: `referenceLogProb` or `referenceMass`. Normaliser of the official code: all tokens.
 */
export const prift = defineMaskingRule({
  name: 'prift',
  description:
    "weight is a frozen reference model's probability of the token, or 1 where the token is in its likelier half",
  source: 'arXiv 2606.09396 (PriFT) and its official code',
  options: schema.object({
    signal: schema.oneOf(['probability', 'mass'], {
      default: 'probability',
      description: 'the weight is p_ref, or 1 where the mass of the tokens no more probable reaches the threshold',
    }),
    threshold: schema.number({ minimum: 0, maximum: 1, default: 0.5, description: 'for signal "mass"' }),
    normaliser: normaliserOption(),
  }),
  needs: ['referenceLogProb'],
  binary: false,
  create({ signal, threshold, normaliser }) {
    if (signal === 'probability') {
      return {
        normaliser,
        weigh(signals) {
          const reference = requiredSignal('prift', signals, 'referenceLogProb');
          return weighEachToken(signals, (token) => probabilityOf(reference[token]));
        },
      };
    }
    const bound = Math.fround(threshold);
    return {
      normaliser,
      needs: ['referenceMass'],
      binary: true,
      weigh(signals) {
        const mass = requiredSignal('prift', signals, 'referenceMass');
        return weighEachToken(signals, (token) => (mass[token] >= bound ? 1 : 0));
      },
    };
  },
});
