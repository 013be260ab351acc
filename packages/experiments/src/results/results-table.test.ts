import { expect, test } from 'vitest';
import { itemValues } from './item-values.js';
import { resultsTable, type FinishedRun } from './results-table.js';
import { resultsCsv, resultsMarkdown } from './write-results.js';

const run = (rule: string, seed: number, accuracy: number, items?: number[]): FinishedRun => ({
  labels: { rule, seed },
  metrics: { accuracy },
  ...(items === undefined ? {} : { items: { accuracy: items } }),
});
const options = { metrics: ['accuracy'], repeats: 'seed', baseline: { rule: 'sft' } };

test('means over repeats, and differences paired by repeat', () => {
  const { rows } = resultsTable(
    [run('sft', 0, 0.1), run('sft', 1, 0.3), run('profit', 0, 0.2), run('profit', 1, 0.5), run('profit', 2, 0.9)],
    options,
  );
  expect(rows.map(({ labels, isBaseline }) => [labels.rule, isBaseline])).toEqual([
    ['sft', true],
    ['profit', false],
  ]);
  expect(rows[0].metrics.accuracy).toMatchObject({ mean: 0.2, count: 2 });
  expect(rows[0].metrics.accuracy.difference).toBeUndefined();
  // Seed 2 has no partner.
  expect(rows[1].metrics.accuracy.difference).toMatchObject({ repeats: 2, items: 1 });
  expect(rows[1].metrics.accuracy.difference?.mean).toBeCloseTo(0.15, 12);
});

test('with items, differences are paired by item, and p is corrected for all comparisons', () => {
  const right = Array.from({ length: 50 }, () => 1);
  const wrong = right.map((_, index) => Number(index < 10));
  const { rows } = resultsTable([run('sft', 0, 0.2, wrong), run('a', 0, 1, right), run('b', 0, 0.2, wrong)], options);
  const [, a, b] = rows.map(({ metrics }) => metrics.accuracy.difference);
  expect(a).toMatchObject({ mean: 0.8, items: 50 });
  expect(a?.lower).toBeGreaterThan(0.6);
  expect(a?.correctedP).toBe(2 * (a?.p as number));
  expect(b).toMatchObject({ mean: 0, p: 1, correctedP: 1 });
});

test('CSV and Markdown', () => {
  const table = resultsTable([run('sft', 0, 0.5), run('with "quotes", and | bars', 0, 0.25)], options);
  expect(resultsCsv(table).split('\r\n')).toEqual([
    'rule,metric,mean,standardError,count,difference,lower,upper,p,correctedP',
    'sft,accuracy,0.5,,1,,,,,',
    '"with ""quotes"", and | bars",accuracy,0.25,,1,-0.25,,,1,1',
    '',
  ]);
  expect(resultsMarkdown(table)).toBe(
    '| rule | accuracy |\n| --- | --- |\n| sft (baseline) | 0.5000 |\n' +
      '| with "quotes", and \\| bars | 0.2500 (−0.2500) |\n',
  );
});

test('items are those whose mean the metric is, or none', () => {
  const items = [{ correct: true }, { correct: false }];
  expect(itemValues('accuracy', 0.5, items)).toEqual([1, 0]);
  expect(itemValues('accuracy', 0.7, items)).toBeUndefined();
  expect(itemValues('meanNll', 0.5, items)).toBeUndefined();
  expect(itemValues('sequenceNll', 2, [{ meanNll: 1 }, { meanNll: 3 }])).toEqual([1, 3]);
});
