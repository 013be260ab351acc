import { createRandom } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { clusteredDifference } from './clustered-difference.js';
import type { LabelledResponse } from './label-probabilities.js';

const response = (prompt: number, core: readonly number[], trivial: readonly number[]): LabelledResponse => ({
  ...{ prompt: String(prompt), draw: 'all' },
  labels: [...core.map(() => 'core' as const), ...trivial.map(() => 'trivial' as const)],
  probabilities: [...core, ...trivial],
});
const random = () => createRandom(1, 'test');

test('the difference of the means of all tokens, whatever prompt they belong to', () => {
  const { value } = clusteredDifference([response(0, [1, 0.5], [0.1]), response(1, [0.6], [0.2, 0.3])], random());
  expect(value).toBeCloseTo((1 + 0.5 + 0.6) / 3 - (0.1 + 0.2 + 0.3) / 3, 12);
});

test('equal prompts leave nothing uncertain', () => {
  const { value, lower, upper } = clusteredDifference(
    Array.from({ length: 5 }, (_, prompt) => response(prompt, [0.9, 0.7], [0.2])),
    random(),
  );
  expect([lower, upper]).toEqual([expect.closeTo(value, 12), expect.closeTo(value, 12)]);
});

test('many responses to few prompts are not taken for many prompts', () => {
  const draw = createRandom(2, 'values');
  const centres = Array.from({ length: 8 }, () => 0.2 + 0.6 * draw.next());
  const ofPrompts = (responses: number, clustered: boolean): LabelledResponse[] =>
    centres.flatMap((centre, prompt) =>
      Array.from({ length: responses }, (_, index) =>
        response(clustered ? prompt : 100 * prompt + index, [centre], [0.1]),
      ),
    );
  const width = (responses: readonly LabelledResponse[]): number => {
    const { lower, upper } = clusteredDifference(responses, random());
    return upper - lower;
  };
  expect(width(ofPrompts(30, true))).toBeCloseTo(width(ofPrompts(1, true)), 9);
  expect(width(ofPrompts(30, false))).toBeLessThan(width(ofPrompts(30, true)) / 3);
});
