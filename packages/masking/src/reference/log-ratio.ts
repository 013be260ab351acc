import type { TokenSignals } from '@profit-sft/core';
import { requiredSignal } from '../required-signal.js';

/** log a − log b; 0 where both are −∞, which is no number. */
export function logRatio(logProb: number, otherLogProb: number): number {
  return logProb === otherLogProb ? 0 : logProb - otherLogProb;
}

/**
 * Excess loss, arXiv 2404.07965, Eq. 3: (−log p_t) − (−log p_ref,t). It is high where the reference model has learned a
 * token that the model has not.
 */
export function excessLoss(rule: string, signals: TokenSignals): Float32Array {
  const reference = requiredSignal(rule, signals, 'referenceLogProb');
  return Float32Array.from(signals.logProb, (logProb, token) => logRatio(reference[token], logProb));
}
