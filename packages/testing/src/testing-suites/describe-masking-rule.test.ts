import { dft, profit, sft } from '@profit-sft/masking';
import { counter, tenth } from '../testing-rules/example-rules.js';
import { describeMaskingRule } from './describe-masking-rule.js';

const signals = { probabilities: [0.05, 0.3, 0.9] };

describeMaskingRule(sft, { cases: [{ signals, weights: [1, 1, 1] }] });
describeMaskingRule(dft, { cases: [{ signals, weights: [0.05, 0.3, 0.9] }] });
describeMaskingRule(profit, {
  signals: [signals],
  cases: [
    { name: 'keeps p > 0.1 by default', signals, weights: [0, 1, 1] },
    { options: { threshold: 0.5 }, signals, weights: [0, 0, 1] },
    { options: { threshold: [0.05, 0.5], direction: 'middle' }, signals, weights: [1, 1, 0] },
    { options: { threshold: 0, direction: 'random' }, signals, weights: [1, 1, 1] },
  ],
});

// A rule of rules, one of which remembers something: options are made anew for every rule.
describeMaskingRule(tenth, {
  name: 'a rule of rules',
  cases: [
    { options: () => ({ rule: counter() }), signals, weights: [0.1, 0.1, 0.1] },
    { options: { rule: profit() }, signals, weights: [0, 0.1, 0.1] },
    { options: { rule: profit({ threshold: 0.5 }) }, signals, weights: [0, 0, 0.1] },
  ],
  // The counter counts micro-batches.
  deterministic: false,
});
