import type { TokenBatch, TokenDistributions } from '@profit-sft/core';
import type { ExportedModel } from '../model/exported-model.js';
import { logSoftmax } from './row-signals.js';
import { unpackBatch, type UnpackedSequence } from './unpack-batch.js';
import { visitLogits } from './visit-logits.js';

/**
 * Log-probabilities of a batch's scored tokens. Sequences are run when one of their tokens is first asked for, and kept until others are:
 * whoever asks goes through the tokens in their order.
 */
export function exportedDistributions(model: ExportedModel, batch: TokenBatch): TokenDistributions {
  const { vocabularySize } = model;
  const sequences = unpackBatch(batch, model.maxPositions);
  /** [scored tokens of the sequence, vocabularySize] */
  let kept = new Map<UnpackedSequence, Float32Array>();
  return {
    async logProbs(first, count) {
      const asked = sequences.filter(
        ({ firstScored, sources }) => firstScored < first + count && firstScored + sources.length > first,
      );
      kept = new Map([...kept].filter(([sequence]) => asked.includes(sequence)));
      const missing = asked.filter((sequence) => !kept.has(sequence));
      for (const sequence of missing) kept.set(sequence, new Float32Array(sequence.sources.length * vocabularySize));
      await visitLogits(model, missing, (scored) => {
        const all = kept.get(scored.sequence) as Float32Array;
        const skipped = scored.first - scored.sequence.firstScored;
        for (let index = 0; index < scored.count; index++) {
          const at = (skipped + index) * vocabularySize;
          logSoftmax(scored.row(index), all.subarray(at, at + vocabularySize));
        }
      });
      const result = new Float32Array(count * vocabularySize);
      for (const [{ firstScored, sources }, all] of kept) {
        const from = Math.max(first, firstScored);
        const to = Math.min(first + count, firstScored + sources.length);
        const part = all.subarray((from - firstScored) * vocabularySize, (to - firstScored) * vocabularySize);
        result.set(part, (from - first) * vocabularySize);
      }
      return result;
    },
    release: () => kept.clear(),
  };
}
