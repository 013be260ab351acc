import type { TokenSignals } from '@profit-sft/core';
import { sequenceSpans, type SequenceSpan } from '../sequence-spans.js';

/** A sequence with the mean −log p of its tokens. */
export interface SequenceLoss extends SequenceSpan {
  readonly meanLoss: number;
}

export function sequenceLosses(signals: TokenSignals): SequenceLoss[] {
  return sequenceSpans(signals).map((span) => {
    let sum = 0;
    for (let token = span.start; token < span.end; token++) sum -= signals.logProb[token];
    return { ...span, meanLoss: Math.max(0, sum / (span.end - span.start)) };
  });
}
