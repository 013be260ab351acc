import { gradeMathematics } from '@profit-sft/grading';
import { expect, test } from 'vitest';
import { gradingPairs } from './grading-pairs.js';

test('every pair is graded as it was made, in every form', () => {
  const pairs = gradingPairs(1100, 7);
  expect(new Set(pairs.map(({ kind, correct }) => `${kind} ${correct}`)).size).toBe(22);
  for (const { response, reference, correct, kind } of pairs) {
    expect(gradeMathematics(response, reference).correct, `${kind}: ${reference} in ${response}`).toBe(correct);
  }
});
