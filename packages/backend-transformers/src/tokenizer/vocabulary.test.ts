import { expect, test } from 'vitest';
import { readVocabulary } from './vocabulary.js';

test('a map of tokens with holes, and added tokens over it', () => {
  const { tokens, ids, addedTokens } = readVocabulary({
    model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 3 } },
    added_tokens: [
      { id: 1, content: 'b', special: false },
      { id: 5, content: '</s>', special: true },
    ],
  });
  expect(tokens).toHaveLength(6);
  expect([...tokens]).toEqual(['a', 'b', undefined, 'ab', undefined, '</s>']);
  expect([ids.get('ab'), ids.get('</s>'), ids.get('c')]).toEqual([3, 5, undefined]);
  expect([...addedTokens.values()]).toEqual([
    { content: 'b', special: false },
    { content: '</s>', special: true },
  ]);
});

test('a unigram model lists tokens in the order of their ids', () => {
  const vocab = [
    ['<unk>', 0],
    ['▁a', -2.5],
  ];
  expect(readVocabulary({ model: { type: 'Unigram', vocab }, added_tokens: [] }).tokens).toEqual(['<unk>', '▁a']);
});
