import { expect, test } from 'vitest';
import { decodingPresets, resolveDecoding } from './decoding.js';

const greedy = { ...decodingPresets.greedy, maxTokens: 64 };
const profit = { ...decodingPresets.profit, maxTokens: 64 };

test('presets are the paper’s, and single settings take their place', () => {
  expect(resolveDecoding('x', greedy, {})).toEqual({
    decoding: { maxTokens: 64, temperature: 0, stop: [] },
    repeats: 1,
  });
  expect(resolveDecoding('x', profit, {}, ['Q:'])).toEqual({
    decoding: { maxTokens: 64, temperature: 0.7, topP: 0.8, topK: 20, stop: ['Q:'] },
    repeats: 8,
  });
  const chosen = { repeats: 2, topK: 5, minP: 0.1, repetitionPenalty: 1.1, maxTokens: 7, stop: [] };
  expect(resolveDecoding('x', profit, chosen, ['Q:'])).toEqual({
    decoding: { maxTokens: 7, temperature: 0.7, topP: 0.8, topK: 5, minP: 0.1, repetitionPenalty: 1.1, stop: [] },
    repeats: 2,
  });
});

test('temperature 0 takes the cuts and the repeats of a preset away, and a temperature makes greedy a draw', () => {
  expect(resolveDecoding('x', profit, { temperature: 0 })).toEqual(resolveDecoding('x', greedy, {}));
  expect(resolveDecoding('x', greedy, { temperature: 1, topP: 0.9, repeats: 3 })).toEqual({
    decoding: { maxTokens: 64, temperature: 1, topP: 0.9, stop: [] },
    repeats: 3,
  });
});

test.each([
  [{ topP: 0.9 }, /evaluator "x": topP: has no effect on greedy decoding/],
  [{ topK: 9, minP: 0.2 }, /topK: has no effect[^]*minP: has no effect/],
  [{ repeats: 4 }, /repeats: greedy decoding gives 4 times the same answer/],
])('settings without effect are refused: %j', (options, message) => {
  expect(() => resolveDecoding('x', greedy, options)).toThrow(message);
});
