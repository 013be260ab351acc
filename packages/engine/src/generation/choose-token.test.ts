import { describe, expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { chooseToken } from './choose-token.js';
import { greedyToken } from './token-distribution.js';

const logits = Float32Array.from([0.1, 0.4, 0.2, 0.25, 0.05], Math.log);

function frequencies(choice: Parameters<typeof chooseToken>[1]): number[] {
  const random = createRandom(7, 'draws');
  const counts = new Array<number>(5).fill(0);
  for (let i = 0; i < 20_000; i++) counts[chooseToken(logits, choice, random)] += 1 / 20_000;
  return counts;
}

describe('the next token', () => {
  test('is the most probable at temperature 0, the first of equals', () => {
    expect(
      chooseToken(logits, { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }, createRandom(0)),
    ).toBe(1);
    expect(greedyToken(Float32Array.of(1, 3, 3))).toBe(1);
  });

  test.each([
    [
      'drawn in proportion',
      { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
      [0.1, 0.4, 0.2, 0.25, 0.05],
    ],
    [
      'sharpened by a temperature of 1/2',
      { temperature: 0.5, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
      [0.01, 0.16, 0.04, 0.0625, 0.0025].map((w) => w / 0.275),
    ],
    [
      'cut to the top 2',
      { temperature: 1, topP: 1, topK: 2, minP: 0, repetitionPenalty: 1 },
      [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0],
    ],
    [
      'cut to the nucleus',
      { temperature: 1, topP: 0.66, topK: 0, minP: 0, repetitionPenalty: 1 },
      [0, 0.4 / 0.85, 0.2 / 0.85, 0.25 / 0.85, 0],
    ],
    [
      'cut to the likeliest when the nucleus is tiny',
      { temperature: 1, topP: 0.01, topK: 0, minP: 0, repetitionPenalty: 1 },
      [0, 1, 0, 0, 0],
    ],
  ])('is %s', (_name, choice, expected) => {
    frequencies(choice).forEach((frequency, i) => expect(Math.abs(frequency - expected[i])).toBeLessThan(0.015));
  });
});
