import { extremeSignals, randomSignals } from '../signals/made-up-signals.js';
import { decide, newRule, type RuleSubject } from './rule-subject.js';

/** Weights are valid on random signals, at the edges of what a model can give, and on the author's own signals. */
export function checkContract(subject: RuleSubject): void {
  const all = [
    ...[1, 2, 3].map((seed) => [`random signals ${seed}`, randomSignals(seed, 4)] as const),
    ...Object.entries(extremeSignals()),
    ...(subject.signals ?? []).map((signals, index) => [`signals ${index + 1}`, signals] as const),
  ];
  for (const [on, signals] of all) decide(subject, newRule(subject), signals, { on });
}
