/** The numbers of one AdamW step (arXiv 1711.05101), bias corrections included. */
export interface AdamwStep {
  /** On the accumulated gradient: 1 / normaliser, times the clipping factor. */
  readonly gradientScale: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ. */
  readonly correction1: number;
  readonly correction2: number;
}

/** The arrays of one parameter, all of its size. */
export interface AdamwArrays {
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  /** Running mean of the gradient. */
  readonly firstMoment: Float32Array;
  /** Running mean of its square. */
  readonly secondMoment: Float32Array;
}

/**
 * One AdamW step over one parameter, in place, in one pass over memory; clears the gradient. Arithmetic is float64
 * between loads and stores: in V8 that is faster than rounding each operation to float32.
 */
export function adamwKernel({ weight, gradient, firstMoment, secondMoment }: AdamwArrays, step: AdamwStep): void {
  const { gradientScale, beta1, beta2, epsilon } = step;
  const keep = 1 - step.learningRate * step.weightDecay;
  const rate = step.learningRate / step.correction1;
  const inverse2 = 1 / step.correction2;
  const fresh1 = 1 - beta1;
  const fresh2 = 1 - beta2;
  for (let i = 0; i < weight.length; i++) {
    const g = gradient[i] * gradientScale;
    const m = beta1 * firstMoment[i] + fresh1 * g;
    const v = beta2 * secondMoment[i] + fresh2 * g * g;
    firstMoment[i] = m;
    secondMoment[i] = v;
    weight[i] = keep * weight[i] - (rate * m) / (Math.sqrt(v * inverse2) + epsilon);
    gradient[i] = 0;
  }
}

/** Σ x². Four independent sums, because one would wait for each addition. */
export function sumOfSquares(x: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const blocks = x.length - (x.length % 4);
  for (let i = 0; i < blocks; i += 4) {
    a += x[i] * x[i];
    b += x[i + 1] * x[i + 1];
    c += x[i + 2] * x[i + 2];
    d += x[i + 3] * x[i + 3];
  }
  for (let i = blocks; i < x.length; i++) a += x[i] * x[i];
  return a + b + (c + d);
}
