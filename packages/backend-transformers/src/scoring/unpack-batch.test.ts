import { expect, test } from 'vitest';
import { packedRows } from '../testing/fixtures.js';
import { groupSequences, unpackBatch } from './unpack-batch.js';

test('sequences of packed rows, cut behind their last source, in the order of their scored tokens', () => {
  const rows = [
    [
      [1, 2, 3, 4],
      [5, 6, 7],
    ],
    [[8, 9, 10, 11, 12, 13]],
  ];
  const sequences = unpackBatch(
    packedRows(rows, (index) => index === 1 || index === 2 || index === 4),
    4,
  );
  expect(sequences.map(({ tokens, sources, firstScored }) => [[...tokens], [...sources], firstScored])).toEqual([
    [[1, 2], [0, 1], 0],
    [[5, 6], [0, 1], 2],
    [[8, 9, 10, 11], [0, 1, 3], 4],
  ]);
});

test('a sequence without scored tokens is left out, and a batch without any is empty', () => {
  expect(
    unpackBatch(
      packedRows(
        [
          [
            [1, 2],
            [3, 4, 5],
          ],
        ],
        (index) => index === 2,
      ),
      9,
    ),
  ).toMatchObject([{ firstScored: 0 }]);
  expect(
    unpackBatch(
      packedRows([[[1, 2]]], () => false),
      9,
    ),
  ).toEqual([]);
});

test('groups have similar lengths and fit the limits; a longer sequence is alone', () => {
  const grouped = (lengths: number[], rows: number, tokens: number): number[][] => {
    const sequences = lengths.map((length) => ({ tokens: new Int32Array(length) }));
    return groupSequences(sequences, { rows, tokens }).map((group) => group.map((one) => one.tokens.length));
  };
  expect(grouped([20, 19, 40, 21, 20], Infinity, Infinity)).toEqual([[19, 20, 20, 21], [40]]);
  expect(grouped([20, 19, 40, 21, 20], Infinity, 41)).toEqual([[19, 20], [20], [21], [40]]);
  expect(grouped([20, 19, 40, 21, 20], Infinity, 30)).toEqual([[19], [20], [20], [21], [40]]);
  expect(grouped([20, 19, 40, 21, 20], 3, Infinity)).toEqual([[19, 20, 20], [21], [40]]);
  // With at most an eighth of padding: 8 · 10 − 73 = 7 of 73, but 9 · 14 − 87 = 39 of 87.
  expect(grouped([8, 9, 9, 9, 9, 9, 10, 10, 14], Infinity, Infinity)).toEqual([[8, 9, 9, 9, 9, 9, 10, 10], [14]]);
});

test('a sequence that needs more positions than the model has is refused', () => {
  const batch = packedRows([
    [
      [1, 2],
      [1, 2, 3, 4, 5],
    ],
  ]);
  expect(() => unpackBatch(batch, 3)).toThrow(
    'a sequence has 4 tokens before its last target; the model has 3 positions',
  );
});
