import type { TokenBatch } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';

/** The probability above which `kept` of the batch's scored tokens lie. */
export async function keptThreshold(model: EngineModel, batch: TokenBatch, kept: number): Promise<number> {
  const logProbs = (await model.score(batch)).logProb.slice().sort();
  return kept >= logProbs.length ? 0 : Math.exp(logProbs[logProbs.length - 1 - kept]);
}
