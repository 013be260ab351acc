import type { RuleNames } from '../rule-names.js';

/** `src/NAME.test.ts`: weights worked out by hand, and all that the contract asks for. */
export function ruleTest({ identifier }: RuleNames): string {
  return `import { describeMaskingRule } from '@profit-sft/testing';
import ${identifier} from './index.js';

const signals = { probabilities: [0.05, 0.1, 0.4, 1] };

describeMaskingRule(${identifier}, {
  cases: [
    { signals, weights: [0.5, 1, 1, 1] },
    { options: { threshold: 0.5 }, signals, weights: [0.1, 0.2, 0.8, 1] },
    { name: 'threshold 1 weighs by probability', options: { threshold: 1 }, signals, weights: [0.05, 0.1, 0.4, 1] },
  ],
});
`;
}
