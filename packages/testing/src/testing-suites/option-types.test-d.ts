import { profit } from '@profit-sft/masking';
import { describeMaskingRule } from './describe-masking-rule.js';

const signals = { probabilities: [0.5] };

describeMaskingRule(profit, { cases: [{ options: { threshold: 0.1 }, signals, weights: [1] }] });
// @ts-expect-error a misspelt option
describeMaskingRule(profit, { cases: [{ options: { treshold: 0.1 }, signals, weights: [1] }] });
// @ts-expect-error no probabilities at all
describeMaskingRule(profit, { cases: [{ signals: { entropy: [1] }, weights: [1] }] });
