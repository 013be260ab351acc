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
  const sequences = [5, 2, 9, 3, 2].map((length) => ({ tokens: new Int32Array(length) }));
  const lengths = (rows: number, tokens: number): number[][] =>
    groupSequences(sequences, { rows, tokens }).map((group) => group.map((sequence) => sequence.tokens.length));
  expect(lengths(Infinity, 9)).toEqual([[2, 2, 3], [5], [9]]);
  expect(lengths(Infinity, 6)).toEqual([[2, 2], [3], [5], [9]]);
  expect(lengths(1, 100)).toEqual([[2], [2], [3], [5], [9]]);
  expect(lengths(2, 100)).toEqual([[2, 2], [3, 5], [9]]);
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
