import { expect, test } from 'vitest';
import { publishedPackages } from './published-packages.js';
import { sizeBudget, sizeProblems } from './size-budget.js';

test('every package has a budget and nothing else has', () => {
  expect(Object.keys(sizeBudget).sort()).toEqual(publishedPackages().map(({ folderName }) => folderName));
});

test('a package may be as large as its budget, and no larger', () => {
  const unpackedSize = sizeBudget.masking * 1024;
  expect(sizeProblems({ name: '@profit-sft/masking', unpackedSize })).toEqual([]);
  expect(sizeProblems({ name: '@profit-sft/masking', unpackedSize: unpackedSize + 1024 })).toEqual([
    `${sizeBudget.masking + 1} KiB unpacked, and the budget is ${sizeBudget.masking} KiB`,
  ]);
});

test('a package without a budget is told', () => {
  expect(sizeProblems({ name: '@profit-sft/unknown', unpackedSize: 1 })).toEqual([
    'has no budget in tools/packages/size-budget.json',
  ]);
});
