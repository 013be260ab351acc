import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, type Dataset, type DatasetSource, type Row } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { file } from '../files/file.js';
import { inlineDataset } from '../inline-dataset.js';
import { testData } from '../testing-fixtures/test-data.js';
import { referenceSlice } from './reference-slice.js';

const source = (...rows: Row[]): DatasetSource => ({ load: () => Promise.resolve(inlineDataset(rows, 'made')) });
const rowsOf = (dataset: Dataset): Row[] => Array.from({ length: dataset.length }, (_, index) => dataset.row(index));

const letters = source(
  { prompt: 'p', references: ['a', 'b', 'c'], source: 's' },
  { prompt: 'q', completion: 'a' },
  { prompt: 'r', references: ['a', ' a', 'b', 'a\n', 'c', 'd'] },
);

test('rows with enough references, and the asked for of these', async () => {
  const dataset = await referenceSlice({ of: letters, atLeast: 3, from: 1, to: 3 }).load();
  expect(rowsOf(dataset)).toEqual([
    { prompt: 'p', references: ['b', 'c'], source: 's' },
    { prompt: 'r', references: ['b', 'c'] },
  ]);
  expect([dataset.origin(0), dataset.origin(1)]).toEqual(['made[0]', 'made[2]']);
});

test('the same text again is no other reference, whatever white space is at its ends', async () => {
  const dataset = await referenceSlice({ of: letters, from: 3 }).load();
  expect(rowsOf(dataset)).toEqual([{ prompt: 'r', references: ['d'] }]);
  await expect(referenceSlice({ of: letters, atLeast: 5 }).load()).rejects.toThrow(
    'made: no row has 5 different references',
  );
});

test('a completion is one reference, and labels stay with theirs', async () => {
  const [, row] = rowsOf(await referenceSlice({ of: letters, to: 2 }).load());
  expect(row).toEqual({ prompt: 'q', references: ['a'] });
  const labelledSpans = [
    [{ start: 0, end: 1, label: 'core' as const }],
    [{ start: 0, end: 1, label: 'core' as const }],
    [{ start: 0, end: 1, label: 'trivial' as const }],
  ];
  const labelled = source({ prompt: 'p', references: ['a', 'a', 'b'], labelledSpans });
  expect(rowsOf(await referenceSlice({ of: labelled, from: 1 }).load())).toEqual([
    { prompt: 'p', references: ['b'], labelledSpans: [[{ start: 0, end: 1, label: 'trivial' }]] },
  ]);
});

test('the first rows, or drawn ones: the same for any slice', async () => {
  const many = source(...Array.from({ length: 40 }, (_, index) => ({ prompt: `p${index}`, references: ['a', 'b'] })));
  const prompts = async (options: object): Promise<string[]> =>
    rowsOf(await referenceSlice({ of: many, count: 5, ...options }).load()).map(
      (row) => (row as { prompt: string }).prompt,
    );
  expect(await prompts({})).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
  const drawn = await prompts({ seed: 1 });
  expect(await prompts({ seed: 1, from: 1 })).toEqual(drawn);
  expect(new Set(drawn).size).toBe(5);
  expect(await prompts({ seed: 2 })).not.toEqual(drawn);
});

test('what cannot be is refused', async () => {
  expect(() => referenceSlice({ of: letters, from: 2, to: 2 })).toThrow('to: must be above "from", which is 2');
  expect(() => referenceSlice({ of: letters, seed: 1 })).toThrow('seed: goes with "count"');
  await expect(referenceSlice({ of: source({ text: 'a' }) }).load()).rejects.toThrow('made[0]: has no references');
});

test('a registry makes the inner data set from its name', async () => {
  const registry = createRegistry({ datasets: [file, referenceSlice] });
  const inner = { name: 'file', path: '/nowhere/a.jsonl' };
  await expect(registry.dataset('reference-slice', { of: inner }).load()).rejects.toThrow('/nowhere/a.jsonl');
  const twice = { name: 'reference-slice', of: { name: 'fle', path: 'a' } };
  expect(() => registry.dataset('reference-slice', { of: twice })).toThrow('Did you mean "file"?');
  expect(() => referenceSlice({ of: 'file' })).toThrow('means nothing without a registry; give the data set itself');
});

const e2e = join(testData, 'sft/e2e_nlg/devset.csv');
describe.skipIf(!existsSync(e2e))('E2E (skipped where PROFIT_TEST_DATA is absent)', () => {
  test('158 meaning representations have nine different references, 162 nine of any', async () => {
    const of = file({ path: e2e, columns: { prompt: 'mr', references: 'ref' }, groupBy: 'mr' });
    const references = (dataset: Dataset): number[] =>
      rowsOf(dataset).map((row) => ('references' in row ? new Set(row.references).size : 0));
    const all = rowsOf(await of.load()).filter((row) => 'references' in row && row.references.length >= 9);
    expect(all.length).toBe(162);
    const slice = await referenceSlice({ of, atLeast: 9, to: 8 }).load();
    expect(references(slice)).toEqual(new Array(158).fill(8));
  });
});
