import { expect, test } from 'vitest';
import { writingContext } from '../testing-model/writing-model.js';
import { bleuChrf } from './bleu-chrf.js';

const rows = [
  { prompt: 'a', references: ['the cat sat on the mat', 'a cat was on the mat'] },
  { prompt: 'b', completion: 'two dogs ran in the park' },
];

test('scores what the model writes against every reference, and means of items are metrics', async () => {
  const written: Record<string, string> = { a: 'a cat was on the mat', b: 'two dogs sat in the park' };
  const { context, calls } = writingContext(rows, { write: (prompt) => written[prompt] });
  const { metrics, items } = await bleuChrf().evaluate(context);
  expect(calls[0].options).toMatchObject({ temperature: 0, maxTokens: 128 });
  expect(Object.keys(metrics)[0]).toBe('bleu');
  expect(items.map(({ text }) => text)).toEqual([written.a, written.b]);
  // 11 of 12 words, 8 of 10 pairs, 5 of 8 triples, 3 of 6 of four words.
  expect(metrics.bleu).toBeCloseTo(100 * ((11 / 12) * (8 / 10) * (5 / 8) * (3 / 6)) ** 0.25, 9);
  expect(items[0].sentenceBleu).toBeCloseTo(100, 9);
  expect(items[0].sentenceChrf).toBeCloseTo(100, 9);
  expect(metrics.sentenceChrf).toBeCloseTo((100 + (items[1].sentenceChrf as number)) / 2, 9);
  expect(metrics).toMatchObject({ items: 2, truncated: 0, unanswered: 0, brevityPenalty: 1, lengthRatio: 1 });
});

test('cut texts are counted, and a prompt that does not fit counts as an empty text', async () => {
  const { context } = writingContext([...rows, { prompt: 'c'.repeat(40), completion: 'c' }], {
    write: () => 'two dogs',
    maxPositions: 30,
  });
  const { metrics, items } = await bleuChrf({ maxTokens: 3 }).evaluate(context);
  expect(metrics).toMatchObject({ items: 3, truncated: 2, unanswered: 1 });
  expect(items[2]).toMatchObject({ text: '', sentenceChrf: 0, sentenceBleu: 0 });
  expect(items[2].problem).toMatch(/tokens/);
});

test('a row without a reference is refused', async () => {
  const { context } = writingContext([{ prompt: 'a' }]);
  await expect(bleuChrf().evaluate(context)).rejects.toThrow(/bleu-chrf needs rows of prompt and completion/);
});
