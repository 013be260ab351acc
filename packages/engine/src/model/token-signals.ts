import { modelSignalNames, type TokenBatch, type TokenSignals } from '@profit-sft/core';
import type { HeadSignalArrays } from '../passes/passes.js';

/** What the head computed, with the places of the batch's scored tokens. */
export function tokenSignals({ scored }: TokenBatch, signals: HeadSignalArrays): TokenSignals {
  return {
    length: scored.length,
    ...signals,
    sequence: scored.sequence,
    position: scored.position,
    tokenId: scored.target,
  };
}

/** What the head computed of these signals. */
export function signalArrays(signals: TokenSignals): HeadSignalArrays {
  const names = [...modelSignalNames, 'crossEntropy'] as const;
  const arrays = names.flatMap((name) => (signals[name] === undefined ? [] : [[name, signals[name]] as const]));
  return Object.fromEntries(arrays) as HeadSignalArrays;
}
