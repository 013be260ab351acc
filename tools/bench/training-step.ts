import { createRandom, type MaskingRule, type TokenBatch } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';

/** One whole training step as the trainer runs it: forward, rule, backward, clipped AdamW. Returns seconds. */
export async function trainingStep(model: EngineModel, batch: TokenBatch, rule: MaskingRule): Promise<number> {
  const start = performance.now();
  const forward = await model.forward(batch);
  const context = { step: 1, totalSteps: 1, random: createRandom(0) };
  await model.backward(forward, rule.weigh(forward.signals, context));
  await model.update({
    learningRate: 1e-9,
    gradientScale: 1 / batch.scored.length,
    maxGradientNorm: 1,
    weightDecay: 0.1,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  });
  return (performance.now() - start) / 1000;
}
