import { describe, expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { referenceArray, runReference, type Program, type ReferenceArray } from '@profit-sft/graph';
import { headPrograms } from './head-programs.js';
import { headSlicePrograms } from './head-slice-programs.js';

const [rows, vocabularySize, hiddenSize] = [3, 7, 4];
const shape = {
  ...{ vocabularySize, hiddenSize, intermediateSize: 8, attentionHeads: 2, keyValueHeads: 1, headSize: 2 },
  ...({
    normEpsilon: 1e-6,
    attentionBias: false,
    attentionOutputBias: false,
    mlpBias: false,
    norm: 'rootMeanSquare',
    normPlacement: 'before',
    positions: 'rotary',
    feedForward: 'gated',
    parameterLayout: 'llama',
    queryKeyNorm: 'none',
  } as const),
};
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

describe('the head in slices of the vocabulary', () => {
  const run = (program: Program, given: Record<string, ReferenceArray>): Record<string, ReferenceArray> =>
    runReference(program, given);
  const { hidden, norm, weight, weights } = inputs;
  const whole = run(headPrograms(shape).gradient({ fromLogProbs: false }), inputs);
  const { logProb } = run(headPrograms(shape).signals({ signals: [], topK: 1 }), inputs);
  const slices = headSlicePrograms(shape);

  /** What the engine does, with slices of so many ids. */
  function inSlices(ids: number, kept: boolean): { logProb: number[]; gradients: Record<string, number[]> } {
    const { normed } = run(slices.normed, { hidden, norm });
    const weighted = referenceArray(
      normed.shape,
      normed.data.map((value, at) => value * weights.data[Math.floor(at / hiddenSize)]),
    );
    const ranges = Array.from({ length: Math.ceil(vocabularySize / ids) }, (_, slice) => ({
      first: slice * ids,
      last: Math.min(vocabularySize, (slice + 1) * ids),
    }));
    const of = ({ data }: ReferenceArray, { first, last }: (typeof ranges)[number]): ReferenceArray =>
      referenceArray([last - first, hiddenSize], data.slice(first * hiddenSize, last * hiddenSize));
    const own = ranges.map((range) => run(slices.forwardKeeping, { normed, weight: of(weight, range) }));
    const logNormaliser = target.map((_, row) =>
      Math.log(own.reduce((sum, slice) => sum + Math.exp(slice.logNormaliser.data[row]), 0)),
    );
    const logit = (row: number): number => {
      let sum = 0;
      for (let i = 0; i < hiddenSize; i++) {
        sum += normed.data[row * hiddenSize + i] * weight.data[target[row] * hiddenSize + i];
      }
      return sum;
    };

    let pulled = referenceArray([rows, hiddenSize], new Float64Array(rows * hiddenSize));
    const weightGradient: number[] = [];
    ranges.forEach((range, index) => {
      const given = {
        weighted,
        weight: of(weight, range),
        pulled,
        'gradient:weight': of(inputs['gradient:weight'], range),
      };
      const column = (values: number[]): ReferenceArray => referenceArray([rows, 1], values);
      const rest = logNormaliser.map((whole, row) => whole - own[index].logNormaliser.data[row]);
      const results = kept
        ? run(slices.backwardKeeping, { ...given, logProbs: own[index].logProbs, logNormaliser: column(rest) })
        : run(slices.backward, { ...given, normed, logNormaliser: column(logNormaliser) });
      pulled = results.newPulled;
      weightGradient.push(...results['newGradient:weight'].data);
    });
    const pull = referenceArray(
      [rows, hiddenSize],
      pulled.data.map((value, at) => {
        const row = Math.floor(at / hiddenSize);
        return weights.data[row] * (value - weight.data[target[row] * hiddenSize + (at % hiddenSize)]);
      }),
    );
    target.forEach((id, row) => {
      for (let i = 0; i < hiddenSize; i++) weightGradient[id * hiddenSize + i] -= weighted.data[row * hiddenSize + i];
    });
    const given = { hidden, norm, pull, 'gradient:norm': inputs['gradient:norm'] };
    const { hiddenGradient, 'newGradient:norm': normGradient } = run(slices.hiddenGradient, given);
    return {
      logProb: target.map((_, row) => logit(row) - logNormaliser[row]),
      gradients: {
        hiddenGradient: [...hiddenGradient.data],
        'newGradient:norm': [...normGradient.data],
        'newGradient:weight': weightGradient,
      },
    };
  }

  test.each([
    [2, false],
    [3, true],
    [vocabularySize, false],
  ])('in slices of %i, kept %s, is that of the whole matrix', (ids, kept) => {
    const { logProb: sliced, gradients } = inSlices(ids, kept);
    sliced.forEach((value, row) => expect(value).toBeCloseTo(logProb.data[row], 10));
    for (const [name, values] of Object.entries(gradients)) {
      expect(values.length).toBe(whole[name].data.length);
      values.forEach((value, i) => expect(value).toBeCloseTo(whole[name].data[i], 10));
    }
  });
});
