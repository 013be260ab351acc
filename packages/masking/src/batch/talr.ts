import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { weighEachToken } from '../weigh-each-token.js';
import { sequenceLosses } from './sequence-losses.js';

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/** p^{1/τ}; at τ = 0 its limit, 1 for p = 1 and 0 below. */
function tempered(logProb: number, temperature: number): number {
  if (logProb >= 0) return 1;
  return temperature === 0 || logProb === -Infinity ? 0 : Math.exp(logProb / temperature);
}

/**
 * Token-adaptive loss reweighting, arXiv 2509.20758: the weights that minimise Σ w ℓ + τ Σ w log w, with a floor.
 *
 *     w_t = max(p_t^{1/τ}, w_min)
 *
 * τ is the median over the step's sequences of their mean −log p (of an even number, the mean of the middle two), so that
 * hard data is weighted less sharply; `temperature` fixes it. w_min = 0.01, from a third party's code: official code was not
 * found. The paper's weights are proportional to p^{1/τ}; here they are not rescaled. Signal: log p. Scope: step, or token
 * with a fixed τ. Normaliser: all tokens.
 */
export const talr = defineMaskingRule({
  name: 'talr',
  description: 'weight is p to a power that falls as the loss of the step rises, at least a floor',
  source: 'arXiv 2509.20758 (TALR); floor: third-party code',
  options: schema.object({
    temperature: schema.optional(
      schema.number({
        minimum: 0,
        exclusive: 'minimum',
        description: "τ; left out, the median over the step's sequences of their mean −log p",
      }),
    ),
    floor: schema.number({ minimum: 0, maximum: 1, default: 0.01, description: 'w_min, the lowest weight' }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  scope: 'step',
  create: ({ temperature: fixed, floor, normaliser }) => ({
    normaliser,
    scope: fixed === undefined ? 'step' : 'token',
    weigh(signals) {
      if (signals.length === 0) return new Float32Array(0);
      const temperature = fixed ?? median(sequenceLosses(signals).map(({ meanLoss }) => meanLoss));
      return weighEachToken(signals, (token) => Math.max(floor, tempered(signals.logProb[token], temperature)));
    },
  }),
});
