import { describe, expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { referenceArray, runReference } from '@profit-sft/graph';
import { headPrograms } from './head-programs.js';
import type { HeadDistribution } from './head-signals.js';

const [rows, vocabularySize, hiddenSize] = [3, 7, 4];
const { gradient } = headPrograms({
  ...{ vocabularySize, hiddenSize, intermediateSize: 8, attentionHeads: 2, keyValueHeads: 1, headSize: 2 },
  ...{ normEpsilon: 1e-6, attentionBias: false, attentionOutputBias: false, mlpBias: false, queryKeyNorm: false },
});
const target = [2, 6, 2];
const random = createRandom(1, 'head programs');
const array = (shape: number[]) =>
  referenceArray(
    shape,
    Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => random.normal()),
  );
const inputs = {
  hidden: array([rows, hiddenSize]),
  norm: array([hiddenSize]),
  weight: array([vocabularySize, hiddenSize]),
  target: referenceArray([rows], target),
  weights: array([rows, 1]),
  coefficients: array([rows, 1]),
  'gradient:norm': array([hiddenSize]),
  'gradient:weight': array([vocabularySize, hiddenSize]),
};

describe.each<[string, HeadDistribution | undefined]>([
  ['one term', undefined],
  ['two terms', { towards: 'tempered', temperature: 0.7 }],
])('the complete head gradient, %s', (_name, distribution) => {
  test('is what the caller makes of the other one', () => {
    const run = (complete: boolean) => {
      const program = gradient({ fromLogProbs: false, distribution, complete });
      const given = Object.entries(inputs).filter(([name]) => program.inputs.some((input) => input.name === name));
      return runReference(program, Object.fromEntries(given));
    };
    const parts = run(false);
    const complete = run(true);
    target.forEach((id, row) => {
      for (let i = 0; i < hiddenSize; i++) {
        parts['newGradient:weight'].data[id * hiddenSize + i] -= parts.weighted.data[row * hiddenSize + i];
      }
    });
    for (const name of ['hiddenGradient', 'newGradient:norm', 'newGradient:weight']) {
      complete[name].data.forEach((value, i) => expect(value).toBeCloseTo(parts[name].data[i], 10));
    }
    expect(complete.weighted).toBeUndefined();
  });
});
