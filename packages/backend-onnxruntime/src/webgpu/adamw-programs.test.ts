import { expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { referenceArray, runReference } from '@profit-sft/graph';
import { adamwKernel } from '../optimizer/adamw-kernel.js';
import { adamwProgram, squaresProgram } from '@profit-sft/engine';
import { relativeError } from '@profit-sft/testing';

const random = createRandom(5, 'adamw programs');
const normal = (): Float32Array => Float32Array.from({ length: 12 }, () => random.normal());

test('the program of a step is the kernel of the CPU', () => {
  const [weight, gradient, firstMoment] = [normal(), normal(), normal()];
  const secondMoment = normal().map((x) => x * x);
  const [gradientScale, learningRate, beta1, beta2, epsilon, weightDecay] = [0.5, 1e-2, 0.9, 0.99, 1e-6, 0.1];
  const [correction1, correction2] = [1 - beta1 ** 3, 1 - beta2 ** 3];
  const matrix = (data: Float32Array) => referenceArray([3, 4], data);
  const number = (value: number) => referenceArray([1], [value]);
  const { newWeight, newFirst, newSecond } = runReference(adamwProgram(2), {
    weight: matrix(weight),
    gradient: matrix(gradient),
    first: matrix(firstMoment),
    second: matrix(secondMoment),
    scale: number(gradientScale),
    keep: number(1 - learningRate * weightDecay),
    rate: number(learningRate / correction1),
    beta1: number(beta1),
    fresh1: number(1 - beta1),
    beta2: number(beta2),
    fresh2: number(1 - beta2),
    inverseRoot2: number(1 / Math.sqrt(correction2)),
    epsilon: number(epsilon),
  });
  adamwKernel(
    { weight, gradient, firstMoment, secondMoment },
    { gradientScale, learningRate, beta1, beta2, epsilon, weightDecay, correction1, correction2 },
  );
  expect(relativeError(newWeight.data, weight)).toBeLessThan(1e-6);
  expect(relativeError(newFirst.data, firstMoment)).toBeLessThan(1e-6);
  expect(relativeError(newSecond.data, secondMoment)).toBeLessThan(1e-6);
});

test.each([
  [1, [12]],
  [2, [3, 4]],
])('the sum of squares of rank %i is added to the total', (rank, shape) => {
  const x = normal();
  const { newTotal } = runReference(squaresProgram(rank), {
    x: referenceArray(shape, x),
    total: referenceArray([1], [2]),
  });
  expect(newTotal.data[0]).toBeCloseTo(
    x.reduce((sum, value) => sum + value * value, 2),
    5,
  );
});
