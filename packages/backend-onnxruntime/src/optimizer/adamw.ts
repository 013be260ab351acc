import type { UpdateOptions, UpdateResult } from '@profit-sft/core';
import type { Optimizer } from '@profit-sft/engine';
import type { Parameter } from '../engine/parameters.js';
import { adamwKernel, sumOfSquares, type AdamwArrays, type AdamwStep } from './adamw-kernel.js';
import { startAdamwThreads, type AdamwThreads } from './adamw-threads.js';

/** Below this many parameters a step takes less time than handing it to threads. */
export const threadedSize = 4_000_000;

/**
 * AdamW with decoupled weight decay (arXiv 1711.05101; PyTorch's `torch.optim.AdamW`) and clipping by the global
 * gradient norm (PyTorch's `clip_grad_norm_`). Every element is updated on its own, so the number of threads does not
 * change the result.
 */
export class Adamw implements Optimizer {
  step = 0;
  private threads: AdamwThreads | undefined;
  private readonly size: number;

  constructor(
    private readonly parameters: readonly Parameter[],
    private readonly threadCount: number,
  ) {
    this.size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
  }

  async update(options: UpdateOptions): Promise<UpdateResult> {
    const gradientNorm = Math.sqrt(await this.sumOfSquares()) * options.gradientScale;
    if (!Number.isFinite(gradientNorm)) {
      for (const parameter of this.parameters) parameter.clearGradient();
      return { gradientNorm };
    }
    const clip = Math.min(1, options.maxGradientNorm / (gradientNorm + 1e-6));
    this.step++;
    const step: AdamwStep = {
      gradientScale: options.gradientScale * clip,
      learningRate: options.learningRate,
      beta1: options.beta1,
      beta2: options.beta2,
      epsilon: options.epsilon,
      weightDecay: 0,
      correction1: 1 - options.beta1 ** this.step,
      correction2: 1 - options.beta2 ** this.step,
    };
    const decayed: AdamwStep = { ...step, weightDecay: options.weightDecay };
    const work = this.parameters.map((parameter) => ({
      arrays: arraysOf(parameter),
      step: parameter.decays ? decayed : step,
    }));
    const threads = this.started();
    if (threads === undefined) {
      for (const { arrays, step: own } of work) adamwKernel(arrays, own);
    } else {
      const updated = await threads.update(work);
      updated.forEach((arrays, index) => this.parameters[index].adopt(arrays));
    }
    for (const parameter of this.parameters) parameter.clearGradient();
    return { gradientNorm };
  }

  /** Of all gradients, added up parameter by parameter in their order, whoever measured them. */
  private async sumOfSquares(): Promise<number> {
    const threads = this.started();
    if (threads === undefined) return this.parameters.reduce((sum, { gradient }) => sum + sumOfSquares(gradient), 0);
    const measured = await threads.measure(this.parameters.map(({ gradient }) => gradient));
    return measured.reduce((sum, { gradient, squares }, index) => {
      this.parameters[index].adoptGradient(gradient);
      return sum + squares;
    }, 0);
  }

  /** The threads, where there is enough for them to do. */
  private started(): AdamwThreads | undefined {
    if (this.size < threadedSize || this.threadCount < 2) return undefined;
    return (this.threads ??= startAdamwThreads(this.threadCount));
  }

  async close(): Promise<void> {
    await this.threads?.close();
    this.threads = undefined;
  }
}

function arraysOf({ weight, gradient, firstMoment, secondMoment }: Parameter): AdamwArrays {
  return { weight, gradient, firstMoment, secondMoment };
}
