import type { EvaluationContext, Example } from '@profit-sft/core';
import type { EncodedContinuation } from './encode-continuation.js';

/** The log-likelihood of each continuation given what comes before it: Σ_t log p_t over its tokens, in nats. */
export async function scoreContinuations(
  { model, pack }: Pick<EvaluationContext, 'model' | 'pack'>,
  continuations: readonly EncodedContinuation[],
): Promise<Float64Array> {
  const sums = new Float64Array(continuations.length);
  const examples = continuations.map(({ tokens, start }, row): Example => ({
    tokens,
    target: new Uint8Array(tokens.length).fill(1, start),
    row,
  }));
  for (const batch of pack(examples)) {
    const { length, sequence, logProb } = await model.score(batch, []);
    for (let token = 0; token < length; token++) sums[sequence[token]] += logProb[token];
  }
  return sums;
}
