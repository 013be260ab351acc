import type { UpdateOptions, UpdateResult } from '@profit-sft/core';
import type { Engine, Optimizer } from './engine.js';
import { LossScale } from './loss-scale.js';

/** Passes and an optimiser between which gradients are those of the loss times the scale. */
export interface ScaledLoss {
  readonly passes: Engine['passes'];
  readonly optimizer: Optimizer;
}

/** Scales the loss of `passes`, whose weights are linear in it, and unscales what `optimizer` takes; the scale changes with updates only. */
export function scaledLoss(passes: Engine['passes'], optimizer: Optimizer): ScaledLoss {
  const lossScale = new LossScale();
  const scaled = (values: Float32Array): Float32Array => values.map((value) => value * lossScale.scale);
  return {
    passes: {
      forward: (...pass) => passes.forward(...pass),
      backward: (weights, coefficients) => passes.backward(scaled(weights), coefficients && scaled(coefficients)),
      distributions: (batch) => passes.distributions(batch),
      release: () => passes.release(),
    },
    optimizer: {
      lossScale,
      get step() {
        return optimizer.step;
      },
      set step(step) {
        optimizer.step = step;
      },
      async update(options: UpdateOptions): Promise<UpdateResult> {
        const { scale } = lossScale;
        const result = await optimizer.update({ ...options, gradientScale: options.gradientScale / scale });
        const overflowed = lossScale.after(Number.isFinite(result.gradientNorm));
        return overflowed ? { ...result, overflowed } : result;
      },
      close: () => optimizer.close(),
    },
  };
}
