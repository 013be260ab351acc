import type { Example } from '@profit-sft/core';
import { expect, test } from 'vitest';
import type { EncodedDataset } from './encode-dataset.js';
import { epochOrder } from './epoch-order.js';
import { selectExamples } from './select-examples.js';

const example = (row: number, reference: number): Example => ({
  tokens: Int32Array.of(row, reference),
  target: Uint8Array.of(0, 1),
  row,
});

function encoded(counts: readonly number[]): EncodedDataset {
  const rows = counts.map((count, row) => Array.from({ length: count }, (_, reference) => example(row, reference)));
  return {
    rows,
    report: { rows: rows.length, examples: 0, dropped: 0, truncated: 0, withoutTargets: 0, tokens: 0, targets: 0 },
  };
}

const chosen = (examples: readonly Example[]): number[] => examples.map(({ tokens }) => tokens[1]);

test('first and all', () => {
  const data = encoded([1, 3, 2]);
  expect(chosen(selectExamples(data, 'first', 5, 1))).toEqual([0, 0, 0]);
  expect(selectExamples(data, 'all', 5, 1).map(({ tokens }) => [...tokens])).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
    [1, 2],
    [2, 0],
    [2, 1],
  ]);
});

test('rotate goes through the references epoch by epoch', () => {
  const data = encoded([1, 3, 2]);
  expect([0, 1, 2, 3].map((epoch) => chosen(selectExamples(data, 'rotate', epoch, 1)))).toEqual([
    [0, 0, 0],
    [0, 1, 1],
    [0, 2, 0],
    [0, 0, 1],
  ]);
});

test('random repeats for the same seed and epoch and draws every reference equally often', () => {
  const data = encoded(Array.from({ length: 3000 }, () => 3));
  const drawn = chosen(selectExamples(data, 'random', 2, 9));
  expect(chosen(selectExamples(data, 'random', 2, 9))).toEqual(drawn);
  expect(chosen(selectExamples(data, 'random', 3, 9))).not.toEqual(drawn);
  expect(chosen(selectExamples(data, 'random', 2, 10))).not.toEqual(drawn);
  for (const reference of [0, 1, 2]) {
    const share = drawn.filter((index) => index === reference).length / drawn.length;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(0.05);
  }
});

test('what a row draws does not depend on the other rows', () => {
  const data = encoded([3, 3, 3, 3]);
  const without = { ...data, rows: [data.rows[0], data.rows[3]] };
  const all = chosen(selectExamples(data, 'random', 1, 4));
  expect(chosen(selectExamples(without, 'random', 1, 4))).toEqual([all[0], all[3]]);
});

test('the order of an epoch is a permutation of its own', () => {
  const order = [...epochOrder(50, 1, 7, true)];
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect([...epochOrder(50, 1, 7, true)]).toEqual(order);
  expect([...epochOrder(50, 2, 7, true)]).not.toEqual(order);
  expect([...epochOrder(50, 1, 8, true)]).not.toEqual(order);
  expect([...epochOrder(4, 1, 7, false)]).toEqual([0, 1, 2, 3]);
});
