import { expect, test } from 'vitest';
import { Parameter } from './parameters.js';

test('a cleared gradient is zeros to whoever reads or adds to it, and its memory to whoever overwrites it', () => {
  const parameter = new Parameter('w', [3], 'linear', new Float32Array(3));
  expect(parameter.gradientCleared).toBe(true);
  parameter.overwriteGradient().fill(5);
  expect(parameter.gradientCleared).toBe(false);
  expect([...parameter.gradient]).toEqual([5, 5, 5]);
  const { data } = parameter.gradientTensor;
  parameter.clearGradient();
  expect(parameter.gradientCleared).toBe(true);
  expect([...parameter.gradient]).toEqual([0, 0, 0]);
  expect(parameter.gradientTensor.data).toBe(data);
  expect(parameter.gradientCleared).toBe(false);
});
