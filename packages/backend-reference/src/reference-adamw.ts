import type { UpdateOptions, UpdateResult } from '@profit-sft/core';
import { decays, type DeviceParameter, type Optimizer } from '@profit-sft/engine';
import type { ReferenceValue } from './reference-value.js';

type Parameter = DeviceParameter<ReferenceValue>;

/**
 * AdamW with decoupled weight decay (arXiv 1711.05101, algorithm 2; PyTorch's `torch.optim.AdamW`) after clipping by the global
 * gradient norm (PyTorch's `clip_grad_norm_`), in float64. `AdamW` of programs would take its numbers, such as β and the learning
 * rate, in float32.
 */
export class ReferenceAdamw implements Optimizer {
  step = 0;

  constructor(private readonly parameters: readonly Parameter[]) {}

  async update(options: UpdateOptions): Promise<UpdateResult> {
    const gradientNorm = this.gradientNorm() * options.gradientScale;
    if (Number.isFinite(gradientNorm)) {
      this.step++;
      const clip = Math.min(1, options.maxGradientNorm / (gradientNorm + 1e-6));
      for (const parameter of this.parameters) this.take(parameter, options, options.gradientScale * clip);
    }
    for (const parameter of this.parameters) parameter.clearGradient();
    return { gradientNorm };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private gradientNorm(): number {
    let squares = 0;
    for (const { gradientTensor } of this.parameters) {
      if (!gradientTensor.isZero) for (const value of gradientTensor.array.data) squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private take(parameter: Parameter, options: UpdateOptions, scale: number): void {
    const { learningRate, weightDecay, beta1, beta2, epsilon } = options;
    const gradient = parameter.gradientTensor.array.data;
    const weight = parameter.weightTensor.array.data.slice();
    const first = parameter.firstMomentTensor.array.data.slice();
    const second = parameter.secondMomentTensor.array.data.slice();
    const keep = decays(parameter.kind) ? 1 - learningRate * weightDecay : 1;
    const correction1 = 1 - beta1 ** this.step;
    const correction2 = 1 - beta2 ** this.step;
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] * scale;
      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      const direction = first[i] / correction1 / (Math.sqrt(second[i] / correction2) + epsilon);
      weight[i] = keep * weight[i] - learningRate * direction;
    }
    const { shape } = parameter;
    parameter.weightTensor.put({ shape, data: weight });
    parameter.firstMomentTensor.put({ shape, data: first });
    parameter.secondMomentTensor.put({ shape, data: second });
  }
}
