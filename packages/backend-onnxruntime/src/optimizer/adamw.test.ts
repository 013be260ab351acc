import { describe, expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { Parameter } from '../engine/parameters.js';
import { Adamw } from './adamw.js';
import { sumOfSquares } from './adamw-kernel.js';

const options = {
  learningRate: 1e-2,
  gradientScale: 0.5,
  maxGradientNorm: 1,
  weightDecay: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

function parameter(name: string, kind: 'linear' | 'norm', size: number): Parameter {
  const random = createRandom(3, name);
  return new Parameter(
    name,
    [size],
    kind,
    Float32Array.from({ length: size }, () => random.normal()),
  );
}

function fillGradient(target: Parameter, step: number): void {
  const random = createRandom(4, target.name, step);
  for (let i = 0; i < target.size; i++) target.gradient[i] = random.normal();
}

describe('AdamW', () => {
  test('follows the formula in float64, decays matrices only, clips by the global norm, clears gradients', async () => {
    const parameters = [parameter('matrix', 'linear', 5), parameter('norm', 'norm', 3)];
    const expected = parameters.map((p) => Float64Array.from(p.weight));
    const first = parameters.map((p) => new Float64Array(p.size));
    const second = parameters.map((p) => new Float64Array(p.size));
    const optimizer = new Adamw(parameters, 1);
    for (let step = 1; step <= 4; step++) {
      parameters.forEach((p) => fillGradient(p, step));
      const gradients = parameters.map((p) => Float64Array.from(p.gradient, (g) => g * options.gradientScale));
      const norm = Math.sqrt(gradients.flatMap((g) => [...g]).reduce((sum, g) => sum + g * g, 0));
      const clip = Math.min(1, options.maxGradientNorm / (norm + 1e-6));
      gradients.forEach((gradient, p) => {
        gradient.forEach((unclipped, i) => {
          const g = unclipped * clip;
          first[p][i] = 0.9 * first[p][i] + 0.1 * g;
          second[p][i] = 0.999 * second[p][i] + 0.001 * g * g;
          const decay = p === 0 ? options.weightDecay : 0;
          expected[p][i] -= options.learningRate * decay * expected[p][i];
          expected[p][i] -=
            (options.learningRate * (first[p][i] / (1 - 0.9 ** step))) /
            (Math.sqrt(second[p][i] / (1 - 0.999 ** step)) + options.epsilon);
        });
      });
      const { gradientNorm } = await optimizer.update(options);
      expect(gradientNorm).toBeCloseTo(norm, 5);
    }
    parameters.forEach((p, index) => {
      p.weight.forEach((weight, i) => expect(weight).toBeCloseTo(expected[index][i], 5));
      expect([...p.gradient].every((g) => g === 0)).toBe(true);
    });
  });

  test('gives the same bits on threads as without, and tensors stay usable', async () => {
    const run = async (threads: number): Promise<Float32Array[]> => {
      // Above the size at which threads are used.
      const parameters = [parameter('large', 'linear', 4_000_000), parameter('small', 'norm', 1000)];
      const optimizer = new Adamw(parameters, threads);
      for (let step = 1; step <= 2; step++) {
        for (const p of parameters) for (let i = 0; i < p.size; i++) p.gradient[i] = Math.sin(i * step);
        await optimizer.update(options);
      }
      await optimizer.close();
      expect(parameters[0].weightTensor.data).toBe(parameters[0].weight);
      return parameters.flatMap((p) => [p.weight, p.firstMoment, p.secondMoment]);
    };
    const [plain, threaded] = [await run(1), await run(2)];
    plain.forEach((array, i) =>
      expect(Buffer.compare(Buffer.from(array.buffer), Buffer.from(threaded[i].buffer))).toBe(0),
    );
  });

  test('changes nothing when the gradient is not finite, and says so by the norm', async () => {
    const own = parameter('matrix', 'linear', 4);
    const before = own.weight.slice();
    const optimizer = new Adamw([own], 1);
    own.gradient[2] = Infinity;
    expect((await optimizer.update(options)).gradientNorm).toBe(Infinity);
    own.gradient[1] = NaN;
    expect((await optimizer.update(options)).gradientNorm).toBeNaN();
    expect(own.weight).toEqual(before);
    expect(optimizer.step).toBe(0);
    expect([...own.gradient]).toEqual([0, 0, 0, 0]);
  });

  test('sums squares of any length', () => {
    for (const length of [0, 1, 3, 4, 7, 1001]) {
      const x = Float32Array.from({ length }, (_, i) => i - 2);
      expect(sumOfSquares(x)).toBeCloseTo(
        x.reduce((sum, value) => sum + value * value, 0),
        3,
      );
    }
  });
});
