import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tableMetrics } from './finished-run.js';
import { itemValues } from './item-values.js';
import { resultsTable, type FinishedRun } from './results-table.js';
import { resultsCsv, resultsMarkdown, writeResults } from './write-results.js';

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

test.each([
  [0.5, '0.5'],
  ['0.5', 0.5],
])('the baseline %j may be written as %j', (label, written) => {
  const of = (threshold: string | number, accuracy: number): FinishedRun => ({
    labels: { threshold, seed: 0 },
    metrics: { accuracy },
  });
  const { rows } = resultsTable([of(label, 0.25), of(1, 0.5)], { ...options, baseline: { threshold: written } });
  expect(rows.map(({ isBaseline }) => isBaseline)).toEqual([true, false]);
  expect(rows[1].metrics.accuracy.difference?.mean).toBe(0.25);
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

test('a metric that a run does not have is an empty cell, and in no comparison; intervals are shown with their p', () => {
  const other = (seed: number, accuracy: number): FinishedRun => ({
    labels: { rule: 'a', seed },
    metrics: { accuracy, evalNll: 2 },
  });
  const runs = [run('sft', 0, 0.25), run('sft', 1, 0.5), run('sft', 2, 0.25), other(0, 1), other(1, 1), other(2, 0.75)];
  const table = resultsTable(runs, { ...options, metrics: ['accuracy', 'evalNll'] });
  expect(table.rows[0].metrics.evalNll).toBeUndefined();
  expect(table.rows[1].metrics.evalNll).toEqual({ mean: 2, standardError: 0, count: 3 });
  const [, , sft, a] = resultsMarkdown(table).split('\n');
  expect(sft).toBe('| sft (baseline) | 0.3333 ± 0.08333 |  |');
  // R: t.test(c(0.75, 0.5, 0.5))
  expect(a).toBe('| a | 0.9167 ± 0.08333 (+0.5833, 0.2248 to 0.9419, p 0.020) | 2 ± 0 |');
  expect(
    resultsCsv(table)
      .split('\r\n')
      .filter((line) => line.startsWith('sft,evalNll')),
  ).toEqual([]);
});

test('results are written side by side', () => {
  const folder = mkdtempSync(join(tmpdir(), 'profit-results-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const table = resultsTable([run('sft', 0, 0.5)], options);
  writeResults(folder, table);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  expect(JSON.parse(read('results.json'))).toEqual(table);
  expect([read('results.md'), read('results.csv')]).toEqual([resultsMarkdown(table), resultsCsv(table)]);
});

test('the columns of a table: what is asked for, or what there is', () => {
  const runs = [{ metrics: { keptFraction: 1, 'solved.accuracy': 0, 'solved.answered': 1 } }];
  expect(tableMetrics(['x'], ['solved'], runs)).toEqual(['x']);
  expect(tableMetrics([], ['none', 'solved'], runs)).toEqual(['solved.accuracy', 'keptFraction']);
});

test('items are those whose mean the metric is, or none', () => {
  const items = [{ correct: true }, { correct: false }];
  expect(itemValues('accuracy', 0.5, items)).toEqual([1, 0]);
  expect(itemValues('accuracy', 0.7, items)).toBeUndefined();
  expect(itemValues('meanNll', 0.5, items)).toBeUndefined();
  expect(itemValues('sequenceNll', 2, [{ meanNll: 1 }, { meanNll: 3 }])).toEqual([1, 3]);
});
