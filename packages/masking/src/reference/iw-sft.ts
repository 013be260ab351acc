import { defineMaskingRule, InvalidConfigError, schema, type TokenSignals } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { requiredSignal } from '../required-signal.js';
import { sequenceSpans } from '../sequence-spans.js';
import { weighEachToken } from '../weigh-each-token.js';
import { logRatio } from './log-ratio.js';

/** As in the official code. */
const codeLimits = { sequence: [0, 16], token: [0.2, 1.8] } as const;

function logRatios(signals: TokenSignals): Float32Array {
  const reference = requiredSignal('iw-sft', signals, 'referenceLogProb');
  return Float32Array.from(signals.logProb, (logProb, token) => logRatio(logProb, reference[token]));
}

function checkedLimits(limits: readonly number[]): readonly [low: number, high: number] {
  const [low, high] = limits;
  if (limits.length !== 2 || low > high) {
    throw new InvalidConfigError('masking rule "iw-sft"', [
      { path: 'limits', message: `expected a pair [low, high] with low ≤ high, got ${JSON.stringify(limits)}` },
    ]);
  }
  return [low, high];
}

/**
 * Importance-weighted fine-tuning, arXiv 2507.12856: weights are importance ratios of the model to a frozen reference.
 *
 *     w_t = clamp(exp(β · mean over the sequence of (log p − log p_ref)), 0, 16)     variant sequence (default)
 *     w_t = clamp(p_t / p_ref,t, 0.2, 1.8)                                           variant token
 *
 * β, `temp` in the official code, is 1, which its experiments use; its argument's default is 2. Signals: log p,
 * `referenceLogProb`. Normaliser of the official code: all tokens.
 */
export const iwSft = defineMaskingRule({
  name: 'iw-sft',
  description: 'weight is the clamped importance ratio of the model to a frozen reference, per sequence or per token',
  source: 'arXiv 2507.12856 (iw-SFT) and its official code',
  options: schema.object({
    variant: schema.oneOf(['sequence', 'token'], { default: 'sequence', description: 'what a ratio is taken of' }),
    temperature: schema.number({
      minimum: 0,
      default: 1,
      description: 'β, factor of the mean log ratio of a sequence; for variant "sequence"',
    }),
    limits: schema.optional(
      schema.array(schema.number({ minimum: 0 }), {
        description: 'pair [low, high] that weights are clamped to; left out, [0, 16] or, for tokens, [0.2, 1.8]',
      }),
    ),
    normaliser: normaliserOption(),
  }),
  needs: ['referenceLogProb'],
  binary: false,
  create({ variant, temperature, limits, normaliser }) {
    const [low, high] = checkedLimits(limits ?? codeLimits[variant]);
    const clampedExp = (exponent: number): number => Math.min(high, Math.max(low, Math.exp(exponent)));
    if (variant === 'token') {
      return {
        normaliser,
        weigh(signals) {
          const ratios = logRatios(signals);
          return weighEachToken(signals, (token) => clampedExp(ratios[token]));
        },
      };
    }
    return {
      normaliser,
      weigh(signals) {
        const ratios = logRatios(signals);
        const weights = new Float32Array(signals.length);
        for (const { start, end } of sequenceSpans(signals)) {
          let sum = 0;
          for (let token = start; token < end; token++) sum += ratios[token];
          // Not 0 · ∞ where the factor is 0.
          weights.fill(clampedExp(temperature === 0 ? 0 : (temperature * sum) / (end - start)), start, end);
        }
        return weights;
      },
    };
  },
});
