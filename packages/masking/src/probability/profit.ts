import { defineMaskingRule, InvalidConfigError, schema, type TokenSignals, type WeighContext } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { logThreshold } from './log-threshold.js';

const probability = schema.number({ minimum: 0, maximum: 1 });

function weighBy(keeps: (logProb: number, context: WeighContext) => boolean) {
  return (signals: TokenSignals, context: WeighContext): Float32Array => {
    const weights = new Float32Array(signals.length);
    for (let token = 0; token < signals.length; token++) {
      weights[token] = keeps(signals.logProb[token], context) ? 1 : 0;
    }
    return weights;
  };
}

function refuseThreshold(message: string): never {
  throw new InvalidConfigError('masking rule "profit"', [{ path: 'threshold', message }]);
}

function singleThreshold(threshold: number | readonly number[], direction: string): number {
  if (typeof threshold === 'number') return threshold;
  return refuseThreshold(
    `expected one number with direction "${direction}", got ${JSON.stringify(threshold)}. A pair belongs to direction "middle"`,
  );
}

function thresholdPair(threshold: number | readonly number[]): readonly [low: number, high: number] {
  if (typeof threshold === 'number' || threshold.length !== 2) {
    return refuseThreshold(`direction "middle" needs a pair [low, high], got ${JSON.stringify(threshold)}`);
  }
  const [low, high] = threshold;
  if (low > high) refuseThreshold(`low must not be above high, got ${JSON.stringify(threshold)}`);
  return [low, high];
}

/**
 * ProFit, arXiv 2601.09195, Eq. 4: trains only on reference tokens to which the current model itself gives a probability
 * above a threshold. With p_t = π_θ(y_t | x, y_<t) and everything compared as float32 logarithms:
 *
 * - `high` (the method; default): w_t = 1[log p_t > log τ], strictly, as in the paper. With `inclusive`, 1[log p_t ≥ log τ],
 *   as in the official code.
 * - `low`: w_t = 1[log p_t ≤ log τ], in paper and code; the exact complement of the strict `high`.
 * - `middle`: w_t = 1[log low ≤ log p_t ≤ log high].
 * - `random`: drops each token with probability τ whatever p_t is, as the official code does; the control arm.
 *
 * τ defaults to 0.1, the official code's recommendation (the paper's main table does not state its τ). τ = 0 keeps every
 * token, because log 0 = −∞ lies below every finite log p; only log p = −∞ itself would be masked, which no backend
 * returns. The default normaliser `tokens` is the official code's; `sequence` is the paper's Eq. 5.
 */
export const profit = defineMaskingRule({
  name: 'profit',
  description: "weight is 1 where the model's own probability of the reference token is above the threshold, else 0",
  source: 'arXiv 2601.09195 (ProFit), Eq. 4 and 5; directions low, middle and random: official code',
  options: schema.object({
    threshold: schema.union([probability, schema.array(probability)], {
      default: 0.1,
      description: 'τ, a probability in [0, 1]; for direction "middle" a pair [low, high]',
    }),
    direction: schema.oneOf(['high', 'low', 'middle', 'random'], {
      default: 'high',
      description: 'keep p > τ (high), p ≤ τ (low), low ≤ p ≤ high (middle), or drop a share τ at random (random)',
    }),
    inclusive: schema.boolean({
      default: false,
      description: 'direction high keeps p = τ too, as the official code does; low and middle always do',
    }),
    normaliser: normaliserOption(),
  }),
  binary: true,
  create({ threshold, direction, inclusive, normaliser }) {
    if (direction === 'middle') {
      const [low, high] = thresholdPair(threshold).map(logThreshold);
      return { normaliser, weigh: weighBy((logProb) => logProb >= low && logProb <= high) };
    }
    const single = singleThreshold(threshold, direction);
    const bound = logThreshold(single);
    switch (direction) {
      case 'high':
        return {
          normaliser,
          weigh: weighBy(inclusive ? (logProb) => logProb >= bound : (logProb) => logProb > bound),
        };
      case 'low':
        return { normaliser, weigh: weighBy((logProb) => logProb <= bound) };
      case 'random':
        return { normaliser, weigh: weighBy((_, { random }) => random.next() >= single) };
    }
  },
});
