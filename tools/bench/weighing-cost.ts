import {
  modelSignalNames,
  createRandom,
  type MaskingRule,
  type TokenSignals,
  type WeighContext,
} from '@profit-sft/core';
import { ruleOf, ruleRuns } from '../rules/rule-runs.js';
import { median } from './median.js';

export interface WeighingCost {
  readonly rule: string;
  /** Seconds of one call of `weigh` (and of `coefficients`). */
  readonly seconds: number;
}

/** Signals of every kind for as many tokens, so that any rule can weigh them. */
export function everySignal(own: TokenSignals): TokenSignals {
  const optional = Object.fromEntries(modelSignalNames.map((name) => [name, own[name] ?? own.logProb]));
  return {
    ...own,
    ...optional,
    referenceLogProb: own.logProb.map((value) => value * 0.9),
    referenceMass: own.logProb.map((value) => Math.exp(value)),
    previousLogProb: own.logProb,
  };
}

/** What each rule's own arithmetic takes for these tokens; median of many calls after a warm-up. */
export function weighingCosts(signals: TokenSignals): WeighingCost[] {
  const vocabulary = { endIds: [0], specialIds: [0, 1], tokenText: String };
  const context = (): WeighContext => ({
    ...{ step: 1, totalSteps: 2, random: createRandom(0), vocabulary },
    sources: Array.from({ length: 1 + Math.max(...signals.sequence) }, () => undefined),
  });
  return ruleRuns().map((run) => {
    const rule: MaskingRule = ruleOf(run);
    rule.prepare?.(signals, context());
    const times: number[] = [];
    for (let call = 0; call < 60; call++) {
      const start = performance.now();
      rule.weigh(signals, context());
      rule.distributionTerm?.coefficients(signals, context());
      if (call >= 20) times.push((performance.now() - start) / 1000);
    }
    return { rule: rule.name, seconds: median(times) };
  });
}
