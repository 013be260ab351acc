import type { UpdateOptions } from '@profit-sft/core';
import { referenceArray, type ReferenceArray } from '@profit-sft/graph';
import { expectedParameters, type ModelConfig } from '@profit-sft/models';
import { normOf } from './compare.js';
import type { ParameterArrays } from './reference-pass.js';

interface Moments {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Weight decay is for matrices: linear maps and embeddings, not norms and biases. */
export function decayedParameters(config: ModelConfig): ReadonlySet<string> {
  const matrices = expectedParameters(config).filter(({ kind }) => kind === 'linear' || kind === 'embedding');
  return new Set(matrices.map(({ name }) => name));
}

/**
 * AdamW in float64 (arXiv 1711.05101, algorithm 2, without a schedule; PyTorch's `torch.optim.AdamW`) after clipping by the global norm
 * (PyTorch's `clip_grad_norm_`): what `update` has to do.
 */
export class AdamwReference {
  private step = 0;
  private readonly moments = new Map<string, Moments>();

  constructor(private readonly decayed: ReadonlySet<string>) {}

  /** The parameters after one more step, and the norm of the scaled gradient before clipping. */
  update(
    parameters: ParameterArrays,
    gradients: ParameterArrays,
    options: UpdateOptions,
  ): { parameters: ParameterArrays; gradientNorm: number } {
    const { learningRate, gradientScale, maxGradientNorm, weightDecay, beta1, beta2, epsilon } = options;
    const gradientNorm = normOf(gradients) * gradientScale;
    const scale = gradientScale * Math.min(1, maxGradientNorm / (gradientNorm + 1e-6));
    const [correction1, correction2] = [1 - beta1 ** ++this.step, 1 - beta2 ** this.step];
    const updated = new Map<string, ReferenceArray>();
    for (const [name, { shape, data }] of parameters) {
      const gradient = (gradients.get(name) as ReferenceArray).data.map((value) => value * scale);
      const zeros = (): Float64Array => new Float64Array(data.length);
      const { first: m, second: v } = this.moments.get(name) ?? { first: zeros(), second: zeros() };
      const first = m.map((value, index) => beta1 * value + (1 - beta1) * gradient[index]);
      const second = v.map((value, index) => beta2 * value + (1 - beta2) * gradient[index] ** 2);
      this.moments.set(name, { first, second });
      const decay = this.decayed.has(name) ? learningRate * weightDecay : 0;
      const moved = data.map((weight, index) => {
        const direction = first[index] / correction1 / (Math.sqrt(second[index] / correction2) + epsilon);
        return weight - decay * weight - learningRate * direction;
      });
      updated.set(name, referenceArray(shape, moved));
    }
    return { parameters: updated, gradientNorm };
  }
}
